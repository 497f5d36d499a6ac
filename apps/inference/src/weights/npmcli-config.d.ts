declare module '@npmcli/config' {
  export interface ConfigOptions {
    npmPath: string;
    definitions: unknown;
    shorthands: unknown;
    flatten: unknown;
    nerfDarts: unknown;
    argv: string[];
    warn: boolean;
  }

  export default class Config {
    constructor(options: ConfigOptions);
    /** Options as npm's libraries take them. */
    readonly flat: Record<string, unknown>;
    load(): Promise<void>;
    /** Writes settings to the environment, for scripts that npm runs. */
    setEnvs(): void;
  }
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const definitions: { definitions: unknown; shorthands: unknown; flatten: unknown; nerfDarts: unknown };
  export default definitions;
}
