/** Values of options as the user chose them, by the id of the field. */
export type OptionValues = Readonly<Record<string, unknown>>;

/** An action on a control of the app. */
export interface ActionInstance {
  readonly id: string;
  readonly controlId: string;
  readonly actionId: string;
  readonly options: OptionValues;
  /** The upgrade script the options are on; null is the newest. */
  readonly upgradeIndex: number | null;
  readonly disabled: boolean;
}

/** A feedback on a control of the app. */
export interface FeedbackInstance {
  readonly id: string;
  readonly controlId: string;
  readonly feedbackId: string;
  readonly options: OptionValues;
  /** From 1.5. An upgrade script of 2.x may make an expression of it, as of options. */
  readonly isInverted?: boolean;
  /** The size of the picture an advanced feedback is to draw. */
  readonly image?: { readonly width: number; readonly height: number };
  readonly upgradeIndex: number | null;
  readonly disabled: boolean;
}

/** A field of a config, an action or a feedback; `type` says what else there is. */
export interface InputField {
  readonly id: string;
  readonly type: string;
  readonly label?: string;
  readonly default?: unknown;
  readonly [further: string]: unknown;
}

/** What a module can do, for the app to offer. */
export interface ActionDefinition {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly options: readonly InputField[];
  readonly hasLearn?: boolean;
  readonly [further: string]: unknown;
}

/** What a module can show, for the app to offer. */
export interface FeedbackDefinition {
  readonly id: string;
  readonly name: string;
  readonly type: 'boolean' | 'value' | 'advanced';
  readonly description?: string;
  readonly options: readonly InputField[];
  readonly hasLearn?: boolean;
  readonly [further: string]: unknown;
}

/** A value that is missing deletes the variable. */
export interface VariableValue {
  readonly id: string;
  readonly value?: unknown;
}

/** A request to the app that is the module's to answer. */
export interface HttpRequest {
  readonly baseUrl: string;
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly hostname: string;
  readonly ip: string;
  readonly method: string;
  readonly originalUrl: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** What a module answers; what is missing is left to the app. */
export interface HttpResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body?: string;
}

/** From 1.13: actions and feedbacks to be brought to the newest upgrade index. */
export interface UpgradeRequest {
  readonly actions: readonly ActionInstance[];
  readonly feedbacks: readonly FeedbackInstance[];
  readonly defaultUpgradeIndex: number | null;
}

/** What became of them; from 1.13. */
export interface UpgradeResult {
  readonly updatedConfig: unknown;
  readonly updatedSecrets: unknown;
  readonly updatedActions: readonly ActionInstance[];
  readonly updatedFeedbacks: readonly FeedbackInstance[];
  readonly latestUpgradeIndex: number;
}

/** The notification of a UDP packet that came to a shared socket; from 1.8. */
export interface SharedUdpMessage {
  readonly handleId: string;
  readonly portNumber: number;
  readonly message: Uint8Array;
  readonly source: {
    readonly address: string;
    readonly family: string;
    readonly port: number;
    readonly size: number;
  };
}
