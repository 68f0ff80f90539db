/** What a command takes: what its help says, and which options it knows. */
export interface CommandDescription {
  /** What follows its name. */
  readonly targets: string;
  readonly summary: string;
  /** Whole lines, told by its own help only. */
  readonly more: readonly string[];
  readonly options: Readonly<Record<string, OptionDescription>>;
}

interface OptionDescription {
  /** What follows its name, with the sign between; empty for none. */
  readonly value: string;
  readonly text: string;
}

const which = {
  value: ' <pid|file>',
  text: 'Which run is meant, where there are several: its process, or its file.',
};

function orderOptions(wait: string): CommandDescription['options'] {
  return {
    wait: { value: '', text: wait },
    timeout: { value: ' <seconds>', text: 'How long --wait waits. Default 30.' },
    run: which,
    json: { value: '', text: 'Write one JSON object per connection and line.' },
  };
}

const onlyWhatRuns = 'It talks to a "greenroom run" of the same user that is going on.';

/** Every command there is, in the order of the help. */
export const commands: Readonly<Record<string, CommandDescription>> = {
  run: {
    targets: '<file.json>',
    summary: 'Run the connections of a file until Ctrl+C.',
    more: [
      'In a terminal it draws a live table, the worst on top; elsewhere it writes a line per event.',
      "The dashboard's token is random, or what GREENROOM_DASHBOARD_TOKEN says.",
    ],
    options: {
      until: { value: ' ready', text: 'End as soon as all are ready: with 0, or with 1 and the reasons.' },
      timeout: { value: ' <seconds>', text: 'How long to wait for that. Default 30.' },
      json: { value: '', text: 'Write one JSON object per line and event.' },
      dashboard: {
        value: '[=port]',
        text: 'Serve a dashboard and say its link. Default port 4780; 0 is any.',
      },
      metrics: { value: '', text: 'Serve metrics for Prometheus there, at /metrics, with the same token.' },
      'no-control': { value: '', text: 'Let greenroom status, restart and the like not find it.' },
    },
  },
  status: {
    targets: '[connection]',
    summary: 'Say how the connections are, or all that is known of one.',
    more: [onlyWhatRuns, "It ends with 1 if one that is wanted isn't ready."],
    options: { run: which, json: { value: '', text: 'Write the JSON of the HTTP API.' } },
  },
  enable: {
    targets: '<connection ...>',
    summary: 'Want them to run; begins anew where one has failed.',
    more: [onlyWhatRuns],
    options: orderOptions("End when they are ready, or won't be."),
  },
  disable: {
    targets: '<connection ...>',
    summary: 'Want them not to run.',
    more: [onlyWhatRuns],
    options: orderOptions('End when their processes are gone.'),
  },
  restart: {
    targets: '<connection ...>',
    summary: 'One stop and one start of each.',
    more: [onlyWhatRuns],
    options: orderOptions("End when new ones are ready, or won't be."),
  },
  logs: {
    targets: '[connection]',
    summary: 'Say what modules wrote and logged lately.',
    more: [onlyWhatRuns],
    options: {
      follow: { value: '', text: 'Go on with what they write, until the run or Ctrl+C ends it. Also -f.' },
      run: which,
      json: { value: '', text: 'Write one JSON object per line of a log.' },
    },
  },
  check: {
    targets: '<module>',
    summary: 'Try a module, as its author would want it tried before others use it.',
    more: [
      'A module is a Companion module folder, a folder with package.json, a JavaScript file,',
      'a Python file or a program.',
    ],
    options: {
      config: { value: ' <file.json>', text: 'The config to initialise it with. Default {}.' },
      channel: {
        value: ' lines|stdio',
        text: 'How a program other than Node is spoken to. Default lines.',
      },
      timeout: { value: ' <seconds>', text: 'How long it may take to get ready. Default 30.' },
    },
  },
};
