/** What is called of a module's definition of an action, as `@companion-module/base` 2 lets modules write it. */
export interface SdkAction extends SdkDefinition {
  readonly optionsToMonitorForSubscribe?: readonly string[];
  readonly skipUnsubscribeOnOptionsChange?: boolean;
  callback(action: object, context: object): unknown;
  subscribe?(action: object, context: object): unknown;
}

/** What is called of a module's definition of a feedback. */
export interface SdkFeedback extends SdkDefinition {
  readonly type: string;
  readonly defaultStyle?: unknown;
  readonly showInvert?: boolean;
  callback(feedback: object, context: object): unknown;
}

interface SdkDefinition {
  readonly name: string;
  readonly sortName?: string;
  readonly description?: string;
  readonly options?: readonly object[];
  /** Milliseconds. */
  readonly learnTimeout?: number;
  unsubscribe?(instance: object, context: object): unknown;
  learn?(instance: object, context: object): unknown;
}

/** By id; what is `false` or missing isn't defined. */
export type SdkDefinitions<D> = Readonly<Record<string, D | false | undefined>>;
export type SdkActionDefinitions = SdkDefinitions<SdkAction>;
export type SdkFeedbackDefinitions = SdkDefinitions<SdkFeedback>;

/** Config or secrets: what a module keeps. */
export type Kept = Readonly<Record<string, unknown>>;

/** Changes config, secrets, actions and feedbacks from one version of a module to the next. */
export type UpgradeScript = (
  context: { readonly currentConfig: Kept },
  items: {
    readonly config: Kept | null;
    readonly secrets: Kept | null;
    readonly actions: readonly object[];
    readonly feedbacks: readonly object[];
  },
) => {
  readonly updatedConfig?: Kept | null;
  readonly updatedSecrets?: Kept | null;
  readonly updatedActions?: readonly object[];
  readonly updatedFeedbacks?: readonly object[];
};

/** An object of the class a module exports. */
export interface SdkInstance {
  readonly instanceOptions?: {
    readonly disableVariableValidation?: boolean;
    readonly disableNewConfigLayout?: boolean;
  };
  init(config: Kept, isFirstInit: boolean, secrets: Kept): unknown;
  destroy(): unknown;
  configUpdated(config: Kept, secrets: Kept): unknown;
  getConfigFields(): readonly object[];
  handleHttpRequest?(request: unknown): unknown;
  handleStartStopRecordActions?(recording: boolean): unknown;
}

/** Where a shared socket hears of what came. */
export interface SdkSharedSocket {
  receiveSocketMessage(message: object): void;
  receiveSocketError(error: Error): void;
}
