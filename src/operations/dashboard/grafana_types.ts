/**
 * A dashboard of Grafana in the classic schema: plain data, to be written as JSON and imported or
 * provisioned.
 *
 * @category Dashboards
 */
export interface GrafanaDashboard {
  /** The identifier, which is part of its address. */
  readonly uid: string;
  /** The title. */
  readonly title: string;
  /** What it is for. */
  readonly description: string;
  /** Words to find it by. */
  readonly tags: readonly string[];
  /** The version of the schema; newer versions of Grafana migrate it. */
  readonly schemaVersion: 39;
  /** False, because a dashboard that is made by code is not changed by hand. */
  readonly editable: false;
  /** 1: the panels share their crosshair. */
  readonly graphTooltip: 1;
  /** How often it is refreshed, such as `30s`; `""` for never. */
  readonly refresh: string;
  /** The range of time that it shows at first. */
  readonly time: {
    /** Its begin. */
    readonly from: string;
    /** Its end. */
    readonly to: string;
  };
  /** Whose time zone it uses. */
  readonly timezone: "browser";
  /** No annotations. */
  readonly annotations: {
    /** None. */
    readonly list: readonly [];
  };
  /** The variables. */
  readonly templating: {
    /** `datasource`, `job` and `instance`. */
    readonly list: readonly GrafanaVariable[];
  };
  /** Rows, and the panels of those that are open. */
  readonly panels: readonly (GrafanaRow | GrafanaPanel)[];
}

/**
 * A variable of a dashboard.
 *
 * @category Dashboards
 */
export interface GrafanaVariable {
  /** Its name, without `$`. */
  readonly name: "datasource" | "job" | "instance";
  /** What is shown beside its field. */
  readonly label: string;
  /** Whether it is a choice among data sources, or among what a query finds. */
  readonly type: "datasource" | "query";
  /** The query; the kind of data source. */
  readonly query: string;
  /** Where the query is asked. */
  readonly datasource?: GrafanaDatasource;
  /** Whether several values can be chosen. */
  readonly multi?: boolean;
  /** Whether all values can be chosen at once. */
  readonly includeAll?: boolean;
  /** What stands for all values. */
  readonly allValue?: string;
  /** 1: asked when the dashboard is loaded. 2: when the range of time changes. */
  readonly refresh: 1 | 2;
  /** 1: sorted by name. */
  readonly sort?: 1;
  /** What is chosen at first. */
  readonly current?: {
    /** As it is shown. */
    readonly text: readonly string[];
    /** As it is used. */
    readonly value: readonly string[];
  };
}

/**
 * A data source, by the variable that chooses it.
 *
 * @category Dashboards
 */
export interface GrafanaDatasource {
  /** Its kind. */
  readonly type: "prometheus";
  /** The variable. */
  readonly uid: "${datasource}";
}

/**
 * The place of a panel, on a grid of 24 columns.
 *
 * @category Dashboards
 */
export interface GrafanaPosition {
  /** The height. */
  readonly h: number;
  /** The width. */
  readonly w: number;
  /** The column. */
  readonly x: number;
  /** The line. */
  readonly y: number;
}

/**
 * The heading of a row.
 *
 * @category Dashboards
 */
export interface GrafanaRow {
  /** The discriminant. */
  readonly type: "row";
  /** A number that no other panel has. */
  readonly id: number;
  /** The title. */
  readonly title: string;
  /** Whether its panels are hidden until somebody opens it. */
  readonly collapsed: boolean;
  /** Its place. */
  readonly gridPos: GrafanaPosition;
  /** Its panels, if it is collapsed; otherwise they follow it. */
  readonly panels: readonly GrafanaPanel[];
}

/**
 * A panel.
 *
 * @category Dashboards
 */
export interface GrafanaPanel {
  /** The kind of panel. */
  readonly type: "timeseries" | "heatmap" | "state-timeline" | "table";
  /** A number that no other panel has. It follows from what is shown, so links to it last. */
  readonly id: number;
  /** The title. */
  readonly title: string;
  /** What is shown. */
  readonly description: string;
  /** Where it is asked. */
  readonly datasource: GrafanaDatasource;
  /** Its place. */
  readonly gridPos: GrafanaPosition;
  /** The queries. */
  readonly targets: readonly GrafanaTarget[];
  /** The unit, and how values are drawn. */
  readonly fieldConfig: {
    /** For all fields. */
    readonly defaults: {
      /** The unit, by Grafana's name for it. */
      readonly unit: string;
      /** Where the axis begins. */
      readonly min?: number;
      /** What is shown in place of a value. */
      readonly mappings?: readonly GrafanaValueMapping[];
      /** What only this kind of panel knows. */
      readonly custom?: Readonly<Record<string, unknown>>;
    };
    /** For some fields: none. */
    readonly overrides: readonly [];
  };
  /** What only this kind of panel knows. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What becomes of the answer before it is shown. */
  readonly transformations?: readonly {
    /** The kind of transformation. */
    readonly id: string;
    /** What only that kind knows. */
    readonly options: Readonly<Record<string, unknown>>;
  }[];
}

/**
 * Texts in place of values.
 *
 * @category Dashboards
 */
export interface GrafanaValueMapping {
  /** By the value itself. */
  readonly type: "value";
  /** The texts by value. */
  readonly options: Readonly<
    Record<string, {
      /** The text. */
      readonly text: string;
      /** Its color. */
      readonly color: string;
      /** Its place among the others. */
      readonly index: number;
    }>
  >;
}

/**
 * A query.
 *
 * @category Dashboards
 */
export interface GrafanaTarget {
  /** Its letter, which no other query of the panel has. */
  readonly refId: string;
  /** Where it is asked. */
  readonly datasource: GrafanaDatasource;
  /** The PromQL. */
  readonly expr: string;
  /** The name of a series, with its labels as `{{label}}`. */
  readonly legendFormat: string;
  /** The form of the answer. */
  readonly format: "time_series" | "heatmap" | "table";
  /** Whether only the newest values are asked for. */
  readonly instant: boolean;
  /** Whether those of the whole range of time are. */
  readonly range: boolean;
  /** Grafana shows the query as text. */
  readonly editorMode: "code";
}
