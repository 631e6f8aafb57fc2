import { fileErrorText } from '../../config/problems.ts';
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import type { Story } from './HistoryEntry.ts';
import { storyPage } from './storyPage.ts';

/** Whole or not at all, for its owner only: it names hosts and people. @throws Failure `environment` */
export async function writePage(path: string, story: Story, { files }: Pick<Tools, 'files'>): Promise<void> {
  try {
    await files.writePrivate(path, storyPage(story));
  } catch (error) {
    throw new Failure('environment', `--html ${path}: cannot be written: ${fileErrorText(error)}`);
  }
}
