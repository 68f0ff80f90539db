import { commands, type CommandDescription } from './commands.ts';

const exitCodes = `Exit codes: 0 done; 1 not ready, refused, or nothing runs; 2 wrong command line or file;
130 or 143 ended by a signal.
`;

/** What `greenroom --help` says, or with the name of a command its own `--help`. */
export function help(name: string | null): string {
  const command = name === null ? undefined : commands[name];
  return command === undefined || name === null ? overview() : helpOf(name, command);
}

function overview(): string {
  const usages = Object.entries(commands).map(
    ([name, { targets, summary }]) => [`greenroom ${name} ${targets}`, summary] as const,
  );
  return `greenroom runs modules in processes of their own and never shows a state that isn't true.

Usage:
${columns(usages)}

  greenroom <command> --help       What a command takes.
  greenroom --version

${exitCodes}`;
}

function helpOf(name: string, { targets, summary, more, options }: CommandDescription): string {
  const described = Object.entries(options).map(
    ([option, { value, text }]) => [`--${option}${value}`, text] as const,
  );
  return `greenroom ${name} ${targets} [options]

${[summary, ...more].join('\n')}

Options:
${columns(described)}

${exitCodes}`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join('\n');
}
