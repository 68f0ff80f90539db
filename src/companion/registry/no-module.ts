import { GreenroomError } from '../../errors.ts';
import type { RegisteredModule } from './registered.ts';

/** Why no module of a registry can be started as this one, and what there is instead. */
export function noModule(
  id: string,
  version: string | undefined,
  modules: readonly RegisteredModule[],
): GreenroomError {
  const same = modules.filter((module) => module.id === id);
  const there = same.map((module) => `${module.version} (${module.problem ?? 'usable'})`).join('; ');
  const known = [...new Set(modules.map((module) => module.id))].join(', ') || 'none';
  const what = `Module ${id}${version === undefined ? '' : ` in version ${version}`}`;
  return new GreenroomError(
    'MODULE_INVALID',
    same.length === 0
      ? `${what} can't be started: it is not installed; these are: ${known}. Install it, or look at the folders again.`
      : `${what} can't be started; its versions are: ${there}. Correct one of them, install another, or look at the folders again.`,
    { data: { id, version: version ?? null, versions: same.map((module) => module.version) } },
  );
}
