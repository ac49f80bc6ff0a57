import type { ClientProfile } from "../profile.ts";
import { compressed, type PushAnswer, type RequestOptions, send } from "./request.ts";

/** The registry that a gateway is sent. */
export interface PushedRegistry {
  /** Its page. */
  metrics(): Promise<string>;
}

/** How a gateway is sent metrics: besides what is here, any option of `http.request()`. */
export interface PushgatewayOptions {
  /** Whether a push without a job is refused; `true` by default. */
  requireJobName?: boolean;
  /** An option of `http.request()`, such as `timeout`, `headers` or `agent`. */
  [option: string]: unknown;
}

/** The group of a push. */
export interface PushgatewayParameters {
  /** The job. */
  jobName?: string;
  /** Other labels of the group. */
  groupings?: { [label: string]: string };
}

/** A Pushgateway as the clients have it, over `node:http` or `node:https`. */
export abstract class ClientPushgateway<Registry extends PushedRegistry = PushedRegistry> {
  /** What is sent. */
  readonly registry: Registry;
  /** The address of the gateway. */
  readonly gatewayUrl: string;
  /** Whether a push without a job is refused. */
  readonly requireJobName: boolean;
  /** What `http.request()` is given. */
  readonly requestOptions: RequestOptions;

  /** A gateway that is sent the global registry, unless another is given. */
  constructor(
    gatewayUrl: string,
    options?: PushgatewayOptions | Registry | null,
    registry?: Registry | null,
  ) {
    const isRegistry = this.#mayBeRegistry() && typeof options?.metrics === "function";
    const given = isRegistry ? options as Registry : registry;
    const { requireJobName, ...requestOptions } = {
      requireJobName: true,
      ...isRegistry ? {} : options,
    };
    this.registry = given ?? this.#usual();
    this.gatewayUrl = gatewayUrl;
    this.requireJobName = requireJobName;
    this.requestOptions = requestOptions;
  }

  /** The client that this gateway is one of. */
  protected abstract get profile(): ClientProfile;

  /** The registry that is sent if none is given. */
  protected abstract get register(): Registry;

  /**
   * Replaces the metrics of a group that have the names of those sent.
   *
   * @throws {Error} At once if there is no job and one is required. The promise is rejected if the
   *   gateway does not answer, or by a status from 400 on.
   */
  pushAdd(params?: PushgatewayParameters): Promise<PushAnswer> {
    return checked(this, this.profile, "POST", params);
  }

  /** Replaces all metrics of a group. Throws as {@linkcode pushAdd}. */
  push(params?: PushgatewayParameters): Promise<PushAnswer> {
    return checked(this, this.profile, "PUT", params);
  }

  /** Deletes all metrics of a group. Throws as {@linkcode pushAdd}. */
  delete(params?: PushgatewayParameters): Promise<PushAnswer> {
    return checked(this, this.profile, "DELETE", params);
  }

  #mayBeRegistry(): boolean {
    return this.profile.pushesByUrl;
  }

  #usual(): Registry {
    return this.register;
  }
}

type Gateway = Omit<ClientPushgateway, "pushAdd" | "push" | "delete">;

// Functions, since a program may call the methods on a Proxy, which has no private ones.
function checked(
  gateway: Gateway,
  profile: ClientProfile,
  method: string,
  params: PushgatewayParameters = {},
): Promise<PushAnswer> {
  if (gateway.requireJobName && !params.jobName) throw new Error("Missing jobName parameter");
  return sendTo(gateway, profile, method, params);
}

async function sendTo(
  { gatewayUrl, requestOptions, registry }: Gateway,
  { pushesByUrl }: ClientProfile,
  method: string,
  { jobName, groupings }: PushgatewayParameters,
): Promise<PushAnswer> {
  const url = new URL(gatewayUrl);
  const base = url.pathname === "/" ? "" : url.pathname;
  const group = jobName ? groupPath([["job", jobName], ...Object.entries(groupings ?? {})]) : "";
  url.pathname = `${base}/metrics${group}`;
  const isDelete = method === "DELETE";
  const options = { ...isDelete ? bodiless(requestOptions) : requestOptions, method };
  const target = pushesByUrl ? [url, options] : [{ ...partsOf(url), ...options }];
  const body = async () => {
    const text = await registry.metrics();
    return requestOptions.headers?.["Content-Encoding"] === "gzip" ? compressed(text) : text;
  };
  return await send(url, target, isDelete ? undefined : body);
}

function groupPath(labels: readonly (readonly [string, string])[]): string {
  return labels
    .map(([name, value]) => `/${encodeURIComponent(name)}/${encodeURIComponent(value)}`)
    .join("");
}

/** Options for a request without a body. Those that were given stay as they are. */
function bodiless(options: RequestOptions): RequestOptions {
  if (!options.headers) return options;
  const { "Content-Encoding": _, ...headers } = options.headers;
  return { ...options, headers };
}

/** A URL as the options that `url.parse()` of Node makes of it, without its query, which 15 drops. */
function partsOf(url: URL): RequestOptions {
  const path = url.pathname.replaceAll("'", "%27");
  const userInfo = `${url.username}${url.password && `:${url.password}`}`;
  return {
    protocol: url.protocol,
    slashes: true,
    auth: userInfo ? decodeURIComponent(userInfo) : null,
    host: url.host,
    port: url.port || null,
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    hash: null,
    search: null,
    query: null,
    pathname: path,
    path,
    href: `${url.protocol}//${userInfo && `${userInfo}@`}${url.host}${path}`,
  };
}
