// The dashboards as a monitoring mixin: local edgeprom = import 'mixin.libsonnet';
// They are made by "deno task operations"; in jsonnet they can be changed, or added to others.
{
  grafanaDashboards+:: {
    'aggregator.json': import 'aggregator.json',
    'edgeprom.json': import 'edgeprom.json',
    'http_service.json': import 'http_service.json',
    'runtime.json': import 'runtime.json',
    'stream_processor.json': import 'stream_processor.json',
  },
}
