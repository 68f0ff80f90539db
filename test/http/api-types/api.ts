export interface paths {
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document. */
        get: operations["readDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** `manager.status`, last words cut. */
        get: operations["readStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All connections. */
        get: operations["listConnections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** What is remembered of one connection. */
        get: operations["readConnection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** What its module wrote and logged lately. */
        get: operations["readLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/diagnosis": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** All that a bug report needs, for people. */
        get: operations["readDiagnosis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Wants it to run; begins anew if it is failed or misconfigured. */
        post: operations["enable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Wants it not to run. */
        post: operations["disable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/restart": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** One stop and one start. */
        post: operations["restart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}/remove": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops it and forgets it. */
        post: operations["remove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What changes, as it happens.
         * @description Server-sent events, each with JSON. `manager`: version, instance, time, start slots and the memory of `spares`, first of all and then every five seconds. `connections`: `items` are the summaries of all connections first and then of those that changed, at most four times a second and each at most once; `removed` are the ids of those that are gone. `complete`: all connections were told. With `connection`: `story` is its story, with only those happenings that are new and with `lives` only if they changed; `begin` is true in the first of a connection: whatever was told before is of another that had its id. `log` has its new `lines`, and how many were `lost`. A viewer that is slow misses what came between and gets what is true by then.
         */
        get: operations["watch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics for Prometheus, if they were asked for.
         * @description The text format of Prometheus, version 0.0.4; 404 where no metrics are made.
         */
        get: operations["readMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Status: {
            id: string;
            label: string;
            /** @enum {string} */
            state: "disabled" | "preparing" | "replacing" | "queued" | "spawning" | "registering" | "takingOver" | "initialising" | "ready" | "suspect" | "stopping" | "puttingDown" | "backingOff" | "failed" | "misconfigured" | "removed";
            /**
             * @description How far the end of the process has come.
             * @enum {string|null}
             */
            step: "leaving" | "asking" | "terminating" | "killing" | "stuck" | null;
            /**
             * @description What follows the end of the process.
             * @enum {string|null}
             */
            next: "toRecover" | "toDisable" | "toRestart" | "toRemove" | null;
            /** @description When it came into this state. Milliseconds since the epoch. */
            since: number;
            /** @description Whether it is to run. */
            wanted: boolean;
            /** @description Whether a process exists or was asked for. */
            alive: boolean;
            /** @description The number of the current or last process; 0 before the first. */
            incarnation: number;
            pid: number | null;
            /** @description The pid of a process that has registered and waits to take over if this one dies. */
            spare: number | null;
            /**
             * @description Whether a debugger may attach, or has.
             * @enum {unknown}
             */
            debugger: "listening" | "attached" | null;
            /** @description How many incarnations failed since the module was last stable. */
            attempt: number;
            /** @description When it will be started again by itself. Milliseconds since the epoch. */
            nextRetryAt: number | null;
            /** @description When patience with the present state ends. Milliseconds since the epoch. */
            deadlineAt: number | null;
            /** @description Why it is not as it should be. */
            reason: string | null;
            resources: components["schemas"]["Resources"] | null;
            lastExit: components["schemas"]["Exit"] | null;
            discarded: {
                stale: number;
                duplicate: number;
                unexpected: number;
                malformed: number;
            };
        };
        Resources: {
            /** @description Resident memory in bytes, programs that the module started included. */
            rss: number;
            /** @description Per cent of one core since the look before; null at the first look. */
            cpu: number | null;
            /** @description When somebody looked. Milliseconds since the epoch. */
            sampledAt: number;
            /**
             * @description Which budget it exceeds.
             * @enum {unknown}
             */
            overBudget: "memory" | "cpu" | null;
        };
        Summary: {
            status: components["schemas"]["Status"];
            /**
             * @description `down` wants somebody, `off` is meant so.
             * @enum {string}
             */
            health: "ok" | "troubled" | "changing" | "down" | "off";
            /** @description What the module says of itself; null when it said nothing or no process lives to mean it. */
            says: {
                /** @enum {string} */
                level: "ok" | "warning" | "error";
                status: string;
                message: string;
            } | null;
            /** @description When the living process became ready. Milliseconds since the epoch. */
            upSince: number | null;
            /** @description Starts after the first within the last hour. */
            restarts: number;
            /** @description The worst of each of the last 60 minutes, the current one last: `.` unknown, `-` off, `o` ok, `c` changing, `t` troubled, `d` down. */
            lastHour: string;
        };
        Story: {
            status: components["schemas"]["Status"];
            /**
             * @description `down` wants somebody, `off` is meant so.
             * @enum {string}
             */
            health: "ok" | "troubled" | "changing" | "down" | "off";
            /** @description What the module says of itself; null when it said nothing or no process lives to mean it. */
            says: {
                /** @enum {string} */
                level: "ok" | "warning" | "error";
                status: string;
                message: string;
            } | null;
            /** @description When the living process became ready. Milliseconds since the epoch. */
            upSince: number | null;
            /** @description Starts after the first within the last hour. */
            restarts: number;
            /** @description The worst of each of the last 60 minutes, the current one last: `.` unknown, `-` off, `o` ok, `c` changing, `t` troubled, `d` down. */
            lastHour: string;
            /** @description The last ten incarnations, oldest first. */
            lives: components["schemas"]["Life"][];
            /** @description Oldest first. */
            timeline: components["schemas"]["Happening"][];
            calls: {
                pending: components["schemas"]["Call"][];
                pendingCount: number;
                /** @description Oldest first. */
                recent: components["schemas"]["Call"][];
            };
        };
        Happening: {
            seq: number;
            /** @description When it was. Milliseconds since the epoch. */
            at: number;
            /** @enum {string} */
            kind: "state" | "exit" | "order" | "rejected";
            incarnation: number;
            /**
             * @description The state it came into, or was in.
             * @enum {string}
             */
            state: "disabled" | "preparing" | "replacing" | "queued" | "spawning" | "registering" | "takingOver" | "initialising" | "ready" | "suspect" | "stopping" | "puttingDown" | "backingOff" | "failed" | "misconfigured" | "removed";
            /** @enum {string|null} */
            step: "leaving" | "asking" | "terminating" | "killing" | "stuck" | null;
            /** @enum {string|null} */
            next: "toRecover" | "toDisable" | "toRestart" | "toRemove" | null;
            /**
             * @description What it was like by its status alone; `down` for a crash, `off` for other exits.
             * @enum {string}
             */
            health: "ok" | "troubled" | "changing" | "down" | "off";
            /** @description The reason, the end in a sentence, the order, or why it was refused. */
            text: string;
        };
        Call: {
            name: string;
            /**
             * @description `out`: the app called the module.
             * @enum {string}
             */
            direction: "out" | "in";
            incarnation: number;
            /** @description When it was. Milliseconds since the epoch. */
            at: number;
            /** @description How long it took; null while it is pending. */
            milliseconds: number | null;
            /** @description `ok`, or the code of its error. */
            outcome: string | null;
        };
        LogLine: {
            seq: number;
            /** @description When it was. Milliseconds since the epoch. */
            at: number;
            incarnation: number;
            /** @enum {string} */
            stream: "stdout" | "stderr" | "log" | "notice";
            level: string | null;
            text: string;
        };
        Exit: {
            incarnation: number;
            pid: number | null;
            /**
             * @description What it was doing when it died or was judged.
             * @enum {string}
             */
            phase: "spawning" | "registering" | "takingOver" | "initialising" | "ready" | "suspect" | "stopping" | "puttingDown";
            code: number | null;
            signal: string | null;
            /** @enum {string} */
            cause: "stopped" | "completed" | "exit-code" | "signal" | "out-of-memory" | "permission-denied" | "misconfigured" | "spawn-failed" | "spawn-timeout" | "register-timeout" | "wrong-token" | "incompatible" | "init-timeout" | "init-failed" | "hung" | "channel-closed" | "malformed-frame" | "too-busy";
            /** @description One sentence for people. */
            detail: string;
            /** @description The last lines of output, oldest first; in lists five of them, and cut. */
            lastWords: string[];
            /** @description When it was. Milliseconds since the epoch. */
            at: number;
            /** @description Whether it counts against the restart intensity. */
            crash: boolean;
        };
        Life: {
            incarnation: number;
            /** @description When it was. Milliseconds since the epoch. */
            startedAt: number;
            /** @description When it was. Milliseconds since the epoch. */
            readyAt: number | null;
            exit: components["schemas"]["Exit"] | null;
        };
        ManagerStatus: {
            /** @enum {string} */
            state: "running" | "stopping" | "stopped";
            startSlots: {
                total: number;
                held: number;
                waiting: number;
            };
            guards: {
                /**
                 * @description One of what keeps modules from outliving their host; see docs/guarantees.md.
                 * @enum {string}
                 */
                parentDeathSignal: "active" | "waiting" | "unavailable" | "off";
                /**
                 * @description One of what keeps modules from outliving their host; see docs/guarantees.md.
                 * @enum {string}
                 */
                janitor: "active" | "waiting" | "unavailable" | "off";
                /**
                 * @description One of what keeps modules from outliving their host; see docs/guarantees.md.
                 * @enum {string}
                 */
                search: "active" | "waiting" | "unavailable" | "off";
                /**
                 * @description `partial` once a module was started that may have no threads; see docs/guarantees.md.
                 * @enum {string}
                 */
                watchdog: "active" | "partial" | "off";
            };
            launcher: {
                /**
                 * @description Whether another process than the host starts modules.
                 * @enum {string}
                 */
                state: "active" | "waiting" | "unavailable" | "off";
                pid: number | null;
                /** @description How often it died. */
                deaths: number;
            };
            spares: components["schemas"]["Spare"][];
            connections: components["schemas"]["Status"][];
        };
        Spare: {
            /**
             * @description `waiting`: it can be taken.
             * @enum {string}
             */
            state: "unwanted" | "renewing" | "queued" | "spawning" | "registering" | "answering" | "waiting" | "ending";
            /** @description When it was. Milliseconds since the epoch. */
            since: number;
            pid: number | null;
            /** @description The module it is a process of. */
            module: string;
            connections: string[];
            /** @description Its resident memory in bytes. */
            rss: number | null;
            /** @description Why the last one failed. */
            reason: string | null;
        };
        Connections: {
            /** @description When it was. Milliseconds since the epoch. */
            now: number;
            connections: components["schemas"]["Summary"][];
        };
        Log: {
            lines: components["schemas"]["LogLine"][];
            /** @description The number of the newest line. */
            last: number;
            /** @description How many of those asked for are not kept any more. */
            lost: number;
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            /** @description What is wrong and what to do. */
            detail: string;
            /** @description The code of a GreenroomError; see docs/errors.md. */
            code?: string;
        };
    };
    responses: {
        /** @description Refused. */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    readStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `manager.status`, last words cut. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ManagerStatus"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listConnections: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All connections. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connections"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    readConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is remembered of one connection. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Story"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    readLog: {
        parameters: {
            query?: {
                /** @description The number of the last line that is known. */
                after?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What its module wrote and logged lately. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Log"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    readDiagnosis: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All that a bug report needs, for people. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    enable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it is like right after the order. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    disable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it is like right after the order. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    restart: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it is like right after the order. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What it is like right after the order. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    watch: {
        parameters: {
            query?: {
                /** @description The connection to be told in detail. */
                connection?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What changes, as it happens. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    readMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Metrics for Prometheus, if they were asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
}
