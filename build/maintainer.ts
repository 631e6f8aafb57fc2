// Whom the packages name as their maintainer: the author of package.json, or whoever distributes them (PACKAGER=).

export interface Author {
  readonly name: string;
  readonly email: string;
}

/**
 * `NAME <ADDRESS>`, as both package formats want it.
 * @param packager from PACKAGER=; undefined or empty: the author
 * @throws Error for one without a name or an address
 */
export function maintainerOf(author: Author, packager: string | undefined): string {
  const given = packager?.trim();
  const maintainer = given === undefined || given === '' ? `${author.name} <${author.email}>` : given;
  if (/^[^<>\n]*[^<>\s] <[^<>@\s]+@[^<>@\s]+>$/.test(maintainer)) return maintainer;
  throw new Error(`the maintainer "${maintainer}" must be NAME <ADDRESS>: set PACKAGER=, or author in package.json`);
}
