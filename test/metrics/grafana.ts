interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}

/** What a dashboard asks Prometheus, with values in place of Grafana's variables. */
export function queriesOf(text: string): string[] {
  const { panels } = JSON.parse(text) as Dashboard;
  return panels.flatMap(({ targets }) =>
    targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$\w+/g, '.*')),
  );
}
