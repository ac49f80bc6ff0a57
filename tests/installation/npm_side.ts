import { createHash } from "node:crypto";
import type { Route } from "./route.ts";
import type { Shelf } from "./shelf.ts";

/** Where npm finds the scope `@jsr` of a registry. */
export function npmAddress(registry: string): string {
  return `${registry}npm/`;
}

/** What npm and Bun ask for a package of the scope `@jsr`. */
export function npm(shelf: Shelf): readonly Route[] {
  return [
    {
      method: "GET",
      path: /^npm\/@jsr\/(?<scope>[^/]+?)__(?<name>[^/]+)$/,
      answer({ scope, name }, { url }) {
        const versions = shelf.versions({ scope, name }).map((publication) => {
          const { version, manifest, tarball } = publication;
          const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
          const tarballs = npmAddress(new URL("/", url).href);
          const dist = { tarball: `${tarballs}${scope}__${name}-${version}.tgz`, integrity };
          return [version, { ...manifest, dist }] as const;
        });
        const latest = versions.at(-1)?.[0];
        return latest && {
          name: `@jsr/${scope}__${name}`,
          "dist-tags": { latest },
          versions: Object.fromEntries(versions),
        };
      },
    },
    {
      method: "GET",
      path: /^npm\/(?<scope>[^/]+?)__(?<name>[^/]+?)-(?<version>\d[^/]+)\.tgz$/,
      answer: (names) => shelf.get(names)?.tarball,
    },
  ];
}
