import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Clock, systemClock } from '../../clock.ts';

/** As `dns.lookup` tells it; the family is 4 or 6. */
export interface Address {
  readonly address: string;
  readonly family: number;
}

/** How addresses are found, and by which time. */
export interface AddressOptions {
  /** Default: as the system does it. */
  readonly lookup?: ((host: string) => Promise<Address>) | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
}

/** How long an answer counts: milliseconds. */
const patience = { found: 30_000, missing: 2000 };
const mostNames = 1000;

interface Answer {
  readonly address: Address | Promise<Address>;
  readonly until: number;
}

/**
 * Finds the addresses of hosts: at once where one is known, else once for all who ask meanwhile, because the system's lookups occupy threads that files need as well. Rejects
 * when there is none.
 */
export function createAddresses({ lookup: find = lookup, clock = systemClock }: AddressOptions) {
  const answers = new Map<string, Answer>();
  const now = (): number => clock.elapsed?.() ?? clock.now();
  const keep = (host: string, address: Answer['address'], time: number): void => {
    answers.delete(host);
    const [oldest] = answers.keys();
    if (oldest !== undefined && answers.size >= mostNames) answers.delete(oldest);
    answers.set(host, { address, until: now() + time });
  };
  return (host: string): Address | Promise<Address> => {
    const family = isIP(host);
    if (family !== 0) return { address: host, family };
    const known = answers.get(host);
    if (known !== undefined && now() < known.until) return known.address;
    const asking = find(host);
    keep(host, asking, Number.POSITIVE_INFINITY);
    asking.then(
      (address) => keep(host, address, patience.found),
      () => keep(host, asking, patience.missing),
    );
    return asking;
  };
}
