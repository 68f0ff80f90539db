import { connectionMachine } from '../../src/machines/connection.ts';
import { spareMachine } from '../../src/machines/spare.ts';
import { chartMutants, type ChartMutant } from './chart-mutants.ts';

/** The charts there are, by the names of their files. */
export const charts = { connection: connectionMachine, spare: spareMachine } as const;
export type ChartName = keyof typeof charts;

/** A mutant and the chart it is of. */
export interface MutantOfChart extends ChartMutant {
  readonly chart: ChartName;
}

/** The mutants of all charts; those of the connection go by their own names. */
export function mutantsOfCharts(): MutantOfChart[] {
  return [
    ...chartMutants(connectionMachine).map((mutant) => ({ ...mutant, chart: 'connection' as const })),
    ...chartMutants(spareMachine).map((mutant) => ({
      ...mutant,
      id: `spare: ${mutant.id}`,
      chart: 'spare' as const,
    })),
  ];
}
