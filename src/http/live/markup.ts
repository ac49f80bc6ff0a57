/** A line over an area, stretched to where it is put. */
export const spark: string =
  `<svg viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true"><path class="area" /><path /></svg>`;

/** The page without its numbers. `{{…}}` is filled in when it is put together. */
export const markup: string = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Metrics</title>
<style>{{style}}</style>
<body data-end="{{end}}">
<header>
<h1><a id="source"></a></h1>
<p><span id="state"></span> · <span id="sizes"></span></p>
<div id="controls">
<input id="search" type="search" placeholder="Search name, help, label" aria-label="Search name, help, label">
<label>Sort by <select id="sort"><option>name<option>change<option>series</select></label>
<button id="pause">Pause</button>
<button id="keys">Help</button>
</div>
</header>
<p id="trouble" role="status"></p>
<main>
<ul id="list"></ul>
<p id="empty">Waiting…</p>
<button id="more" class="more"></button>
</main>
<p id="said" role="status"></p>
<dialog id="help" aria-label="Help">
<pre>
/        search
j k ↓ ↑  next, previous family
Enter    open, close
c        copy as PromQL
Space    pause, resume
</pre>
<form method="dialog"><button>Close</button></form>
</dialog>
<template id="row"><li><div class="head"><div class="what"><h2><button class="name" aria-expanded="false"></button> <i></i></h2><p></p></div>{{spark}}<div class="number"><b></b><small></small></div><span class="count"></span></div></li></template>
<template id="detail"><div class="detail">
<p class="facts"></p>
<p class="query"><code></code><button>Copy</button></p>
<div class="chart"><small></small>{{spark}}<small></small></div>
<table class="figures"><tr><th><th>p50<th>p90<th>p99<th>mean<th>count<tr><tr></table>
<div class="buckets"><div></div><canvas aria-hidden="true"></canvas><div></div></div>
<div class="scroll"><table class="series"><thead><tr><th>series<th><th class="title"><th>rate<th><tbody></table></div>
<button class="more"></button>
</div></template>
<template id="line"><tr><td><td>{{spark}}<td><td><td><button>Copy</button></template>
<script>{{script}}</script>
`;
