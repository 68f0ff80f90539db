/** What `greenroom --help` says. */
export const help = `greenroom runs modules in processes of their own and never shows a state that isn't true.

Usage:
  greenroom run <file.json>        Run the connections of a file until Ctrl+C.
    --until ready                  End as soon as all are ready: with 0, or with 1 and the reasons.
    --timeout <seconds>            How long to wait for that. Default 30.
    --json                         Write one JSON object per line and event.
    --dashboard[=port]             Serve a dashboard and say its link. Default port 4780; 0 is any.
                                   Its token is random, or what GREENROOM_DASHBOARD_TOKEN says.
    --metrics                      Serve metrics for Prometheus there, at /metrics, with the same token.

  greenroom check <module>         Try a module: a Companion module folder, a folder with package.json,
                                   a JavaScript file, a Python file or a program.
    --config <file.json>           The config to initialise it with. Default {}.
    --channel lines|stdio          How a program other than Node is spoken to. Default lines.
    --timeout <seconds>            How long it may take to get ready. Default 30.

  greenroom --help, --version

Exit codes: 0 all well, 1 not ready or check failed, 2 wrong command line or file, 130 or 143 ended by a signal.
`;
