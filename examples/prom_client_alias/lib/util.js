/** The key of a label set in `hashMap`. */
export function hashObject(labels, names = Object.keys(labels).sort()) {
  const present = names.filter((name) => labels[name] !== undefined);
  return present.map((name) => `${name}:${labels[name]},`).join("");
}

export function removeLabels(hashMap, labels, names) {
  delete hashMap[hashObject(labels, names)];
}

export function isObject(value) {
  return typeof value === "object" && value !== null;
}
