// The pages of docs/reference, by the name of their file.
import { commandsPage } from './commandsPage.ts';
import { eventsPage } from './eventsPage.ts';
import { exitCodesPage } from './exitCodesPage.ts';
import { filesPage } from './filesPage.ts';
import { metricsPage } from './metricsPage.ts';
import { optionsPage } from './optionsPage.ts';

const pages: Readonly<Record<string, () => readonly string[]>> = {
  'commands.md': commandsPage,
  'events.md': eventsPage,
  'exit-codes.md': exitCodesPage,
  'files-and-environment.md': filesPage,
  'metrics.md': metricsPage,
  'options.md': optionsPage,
};

/** File name -> text. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map(Object.entries(pages).map(([name, blocks]) => [name, pageText(blocks())]));
}

function pageText(blocks: readonly string[]): string {
  return `<!-- Made from the source by "make docs"; changes here are lost. -->\n\n${blocks.join('\n\n')}\n`;
}
