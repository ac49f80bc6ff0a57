// @ts-nocheck: its packages are only where it is installed.
import "reflect-metadata";
import { Controller, Get, Inject, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import {
  getToken,
  makeCounterProvider,
  makeGaugeProvider,
  makeHistogramProvider,
  makeSummaryProvider,
  PrometheusModule,
} from "@willsoto/nestjs-prometheus";

/** What the decorators of TypeScript would do. */
function decorate(target, method, ...decorators) {
  const property = Object.getOwnPropertyDescriptor(target.prototype, method);
  for (const decorator of decorators) decorator(target.prototype, method, property);
}

class Users {
  constructor(orders, sizes) {
    this.orders = orders;
    this.sizes = sizes;
  }

  one() {
    this.orders.inc({ kind: "some" });
    this.sizes.observe(5);
    return { found: true };
  }
}
Controller("users")(Users);
decorate(Users, "one", Get(":id"));
Inject(getToken("orders_total"))(Users, undefined, 0);
Inject(getToken("sizes"))(Users, undefined, 1);

class App {}
Module({
  imports: [PrometheusModule.register({
    defaultLabels: { shop: "one" },
    customMetricPrefix: "shop",
  })],
  controllers: [Users],
  providers: [
    makeCounterProvider({ name: "orders_total", help: "Orders.", labelNames: ["kind"] }),
    makeHistogramProvider({ name: "sizes", help: "Sizes.", buckets: [1, 10] }),
    makeGaugeProvider({ name: "queued", help: "Queued." }),
    makeSummaryProvider({ name: "waits", help: "Waits.", percentiles: [0.5] }),
  ],
})(App);

/** Starts an app on a port, whose requests are measured. */
export async function start(port) {
  const app = await NestFactory.create(App, { logger: false });
  await app.listen(port, "127.0.0.1");
}
