import { GreenroomError } from '../errors.ts';

/** The error of a program that was not started as a module; says how to run it. */
export function notAModuleProcess(found: string): GreenroomError {
  return new GreenroomError(
    'NOT_A_MODULE_PROCESS',
    `This program is a Greenroom module and can't run by itself: ${found}. ` +
      'Add it to a connections file and start it with `greenroom run <file.json>`, try it with `greenroom check <module folder>`, ' +
      'or embed it in an app with `nodeModule(path)`.',
  );
}
