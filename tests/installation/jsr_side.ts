import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Route } from "./route.ts";
import type { Shelf } from "./shelf.ts";

/** What `deno publish` asks and sends, and what Deno asks for a `jsr:` specifier. */
export function jsr(shelf: Shelf): readonly Route[] {
  return [
    {
      method: "GET",
      path: /^api\/scopes\/(?<scope>[^/]+)\/packages\/(?<name>[^/]+)$/,
      answer: (names) => names,
    },
    {
      method: "GET",
      path: /^api\/scopes\/(?<scope>[^/]+)\/packages\/(?<name>[^/]+)\/versions\/(?<version>[^/]+)$/,
      answer: (names) => shelf.get(names) && names,
    },
    {
      method: "POST",
      path: /^api\/scopes\/(?<scope>[^/]+)\/packages\/(?<name>[^/]+)\/versions\/(?<version>[^/]+)$/,
      async answer({ scope, name, version }, request) {
        await shelf.add({ scope, name, version }, await request.bytes());
        return { id: `${scope}-${name}-${version}`, status: "success", error: null };
      },
    },
    {
      method: "GET",
      path: /^@(?<scope>[^/]+)\/(?<name>[^/]+)\/meta\.json$/,
      answer(names) {
        const versions = shelf.versions(names).map(({ version }) => version);
        if (versions.length === 0) return undefined;
        const known = versions.map((version) => [version, {}]);
        return { ...names, latest: versions.at(-1), versions: Object.fromEntries(known) };
      },
    },
    {
      method: "GET",
      path: /^@(?<scope>[^/]+)\/(?<name>[^/]+)\/(?<version>[^/]+)_meta\.json$/,
      answer(names) {
        const publication = shelf.get(names);
        return publication && { exports: publication.exports, manifest: publication.files };
      },
    },
    {
      method: "GET",
      path: /^@(?<scope>[^/]+)\/(?<name>[^/]+)\/(?<version>[^/]+)\/(?<file>.+)$/,
      answer({ file, ...names }) {
        const publication = shelf.get(names);
        return publication?.files[`/${file}`] && readFile(join(publication.folder, file));
      },
    },
  ];
}
