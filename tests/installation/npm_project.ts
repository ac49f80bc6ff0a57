import { npmAddress } from "./npm_side.ts";
import { createProject, type Environment, type Project } from "./project.ts";

/** What TypeScript needs in a project for Node or Bun. */
export const typeScript: readonly string[] = ["typescript@latest", "@types/node"];

/** A check of a project's types, by how it is configured. */
export type TypeChecks = Readonly<Record<string, (project: Project) => Promise<unknown>>>;

/** Makes a project as `npm init` does, that finds the scope `@jsr` in our registry. */
export async function createNpmProject(
  registry: string,
  environment?: (home: string) => Environment,
): Promise<Project> {
  const project = await createProject(environment);
  await project.write("package.json", `{ "private": true, "type": "module" }`);
  await project.write(".npmrc", `@jsr:registry=${npmAddress(registry)}\n`);
  await project.write(
    "tsconfig.json",
    JSON.stringify({
      compilerOptions: {
        strict: true,
        skipLibCheck: false,
        skipDefaultLibCheck: true,
        target: "es2023",
        types: ["node"],
        outDir: "out",
      },
      include: ["*.ts"],
    }),
  );
  return project;
}

/** Strict checks with a version of TypeScript, for both ways in which it resolves modules. */
export function strictChecks(runtime: string, compiler = "typescript"): TypeChecks {
  const check = (...flags: readonly string[]) => (project: Project) =>
    project.run(runtime, [`node_modules/${compiler}/bin/tsc`, "--noEmit", ...flags]);
  return {
    [`${compiler} with nodenext`]: check("--module", "nodenext"),
    [`${compiler} with bundler`]: check("--module", "esnext", "--moduleResolution", "bundler"),
  };
}
