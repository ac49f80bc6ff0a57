// @ts-ignore: installed for this program only
import "reflect-metadata";
// @ts-ignore: installed for this program only
import { Controller, Get, Inject, Module } from "@nestjs/common";
// @ts-ignore: installed for this program only
import { NestFactory } from "@nestjs/core";
// @ts-ignore: installed for this program only
import * as wrapper from "@willsoto/nestjs-prometheus";

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
Inject(wrapper.getToken("orders_total"))(Users, undefined, 0);
Inject(wrapper.getToken("sizes"))(Users, undefined, 1);

class App {}
Module({
  imports: [wrapper.PrometheusModule.register({
    defaultLabels: { shop: "one" },
    customMetricPrefix: "shop",
  })],
  controllers: [Users],
  providers: [
    wrapper.makeCounterProvider({ name: "orders_total", help: "Orders.", labelNames: ["kind"] }),
    wrapper.makeHistogramProvider({ name: "sizes", help: "Sizes.", buckets: [1, 10] }),
    wrapper.makeGaugeProvider({ name: "queued", help: "Queued." }),
    wrapper.makeSummaryProvider({ name: "waits", help: "Waits.", percentiles: [0.5] }),
  ],
})(App);

/** Starts an app on a port, whose requests are measured. */
export async function start(port) {
  const app = await NestFactory.create(App, { logger: false });
  await app.listen(port, "127.0.0.1");
}
