/** Which exits lead to another start: always, only after a failure, or never. */
export type RestartType = 'permanent' | 'transient' | 'temporary';

/** All patience and rhythm of one connection. Every number is in milliseconds unless it says otherwise. */
export interface ConnectionPolicy {
  /** Default `permanent`. */
  readonly restart: RestartType;
  readonly deadlines: {
    /** Finding files and runtime. Default 10 000. */
    readonly prepare: number;
    /** From asking the operating system for a process to having one. Default 5000. */
    readonly spawn: number;
    /** From having a process to its registration. Default 10 000. */
    readonly register: number;
    /** Default 30 000; the module may ask for more. */
    readonly init: number;
    /** The most a module gets for `init`, however often it asks. Default 300 000. */
    readonly initAtMost: number;
    /** Of calls, unless the call says otherwise. Default 5000. */
    readonly call: number;
    /** How long a process whose channel closed, or that said goodbye, may take to exit by itself. Default 1000. */
    readonly leave: number;
    /** From asking the module to stop to SIGTERM. Default 5000. */
    readonly ask: number;
    /** From SIGTERM to SIGKILL. Default 2000. */
    readonly terminate: number;
    /** From SIGKILL to saying that the process doesn't die. Default 5000. */
    readonly kill: number;
  };
  readonly backoff: {
    /** The first wait after a crash; the first crash of a module that was ready doesn't wait. Default 1000. */
    readonly initial: number;
    /** The longest wait, before jitter. Default 60 000. */
    readonly most: number;
    /** How much each delay grows. Default 2. */
    readonly factor: number;
    /** The share of the delay by which it varies either way, at most 1. Default 0.2. */
    readonly jitter: number;
    /** Crashes are forgotten so long after it became ready. Default 120 000. */
    readonly forgetAfter: number;
  };
  readonly intensity: {
    /** More crashes than this within the period lead to `failed`. Default 5. */
    readonly crashes: number;
    /** How long a crash counts. Default 60 000. */
    readonly period: number;
    /** How often a failed connection is tried by itself; never with the restart type `temporary`. Default 300 000. */
    readonly probe: number;
  };
  readonly heartbeat: {
    /** Between two beats; up to an eighth more before the first, so that many beat together. 0 switches the heartbeat off. Default 2000. */
    readonly interval: number;
    /** Missed beats until `suspect`. Default 3. */
    readonly suspectAfter: number;
    /** Missed beats until the process is put down. Default 15, which is 30 s. */
    readonly putDownAfter: number;
  };
  readonly memory: {
    /** The most that a module, with all programs it started, may have in memory, in MiB (resident); 0 is no limit. Default 0. */
    readonly limit: number;
    /** The share of the limit that V8 gets for its heap where Node runs the module; 0 leaves that to V8. Default 0.75. */
    readonly heapShare: number;
  };
  readonly cpu: {
    /** How much of the processors it may use for long, in per cent of one core; 0 is no limit. Default 0. */
    readonly limit: number;
    /** Above the limit for so long: it is told of. Default 60 000. */
    readonly reportAfter: number;
    /** Above the limit for so long: the process is put down; 0 is never. Default 0. */
    readonly putDownAfter: number;
  };
  readonly resources: {
    /** Between two looks at memory and processor time; 0 is only for modules with a limit, and then 1000. Default 0. */
    readonly interval: number;
  };
  /** Whether a process is kept that has registered and waits, to take over when this one dies. For modules that do nothing before `init`; it costs the memory of one more process. Default false. */
  readonly standby: boolean;
  /** Early messages kept until a module has registered, where its protocol allows any. Default 100. */
  readonly heldMessages: number;
}

/** What holds where neither manager nor connection say otherwise. */
export const defaultPolicy: ConnectionPolicy = {
  restart: 'permanent',
  deadlines: {
    prepare: 10_000,
    spawn: 5000,
    register: 10_000,
    init: 30_000,
    initAtMost: 300_000,
    call: 5000,
    leave: 1000,
    ask: 5000,
    terminate: 2000,
    kill: 5000,
  },
  backoff: { initial: 1000, most: 60_000, factor: 2, jitter: 0.2, forgetAfter: 120_000 },
  intensity: { crashes: 5, period: 60_000, probe: 300_000 },
  heartbeat: { interval: 2000, suspectAfter: 3, putDownAfter: 15 },
  memory: { limit: 0, heapShare: 0.75 },
  cpu: { limit: 0, reportAfter: 60_000, putDownAfter: 0 },
  resources: { interval: 0 },
  standby: false,
  heldMessages: 100,
};
