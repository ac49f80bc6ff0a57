/**
 * The repository's root. Every suite runs from there, and the bundled tests lie somewhere else than
 * their sources, so `import.meta.url` would lead them astray.
 */
export const root: string = process.cwd();
