"use strict";
/* What Python's own types and functions do, as far as the judge uses them. The translated code (engine.js) says only
   what the Python source says; everything that the two languages do differently is here.

   int, float  number; an int that bits are taken of is a BigInt       str    string, a StrEnum's members too
   None        null                                                    tuple  Tuple (a NamedTuple is a subclass of it)
   list        Array                                                   dict   Dict, set and frozenset PySet
   Attributes begin with $, so that none is mistaken for one of JavaScript's own. */
const py = (() => {
  const py = {};
  const own = (object, name, value) => Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false });
  const getter = (object, name, get) => Object.defineProperty(object, name, { get, configurable: true, enumerable: false });

  class Tuple extends Array {
    static get [Symbol.species]() { return Array; }
  }
  py.Tuple = Tuple;
  const tuple = (items) => Object.setPrototypeOf(items, Tuple.prototype);
  py.tuple = (...items) => tuple(items);

  /* ---- exceptions ---- */
  const Thrown = function () {};
  Thrown.prototype = Object.create(Error.prototype);
  own(Thrown.prototype, "toString", function () { return `${this.constructor.$__name__}: ${this.$args ? this.$args.join(", ") : ""}`; });

  py.cls = (name, base, parameters, members, properties, defaults) => {
    const parent = base ? base.prototype : Object.prototype;
    const made = function (...args) {
      const self = Object.create(made.prototype);
      if (self instanceof Thrown) { self.$args = args; self.message = `${name}: ${args.map(String).join(", ")}`; if (Error.captureStackTrace) Error.captureStackTrace(self, made); }
      if (made.prototype.$__init__) made.prototype.$__init__.apply(self, args);
      return self;
    };
    made.prototype = Object.create(parent);
    own(made.prototype, "constructor", made);
    own(made, "$__name__", name);
    made.$class = true;
    made.$p = parameters || (base && base.$p) || null;
    for (const [key, value] of Object.entries(members || {})) own(made.prototype, key, value);
    for (const [key, get] of Object.entries(properties || {})) getter(made.prototype, key, get);
    own(made.prototype, "$__class__", made);
    return made;
  };
  py.begin = (base, self, args) => { if (base.prototype.$__init__) base.prototype.$__init__.apply(self, args); else self.$args = args; return null; };
  const exception = (name, base) => py.cls(name, base, null, {}, {});
  const Exception_ = py.cls("Exception", { prototype: Thrown.prototype, $p: null }, null, {}, {});
  const ValueError = exception("ValueError", Exception_), TypeError_ = exception("TypeError", Exception_);
  const LookupError_ = exception("LookupError", Exception_);
  const KeyError = exception("KeyError", LookupError_), IndexError = exception("IndexError", LookupError_);
  const AttributeError = exception("AttributeError", Exception_), OverflowError = exception("OverflowError", Exception_);
  const RuntimeError = exception("RuntimeError", Exception_), AssertionError = exception("AssertionError", Exception_);
  const ZeroDivisionError = exception("ZeroDivisionError", Exception_), StopIteration = exception("StopIteration", Exception_);
  py.raise = (what) => { throw typeof what === "function" ? what() : what; };
  py.matches = (error, kinds) => kinds.some((kind) => error instanceof kind);
  py.assert = (holds) => { if (!holds) throw AssertionError(); };

  /* ---- hashing and comparing ---- */
  let identities = 0;
  const NONE = Symbol("None");
  const identity = (x) => { if (x.$id === undefined) own(x, "$id", ++identities); return x.$id; };
  const encode = (x) => {
    switch (typeof x) {
      case "string": return `s${x.length}:${x}`;
      case "number": return `n${x === 0 ? 0 : x};`;
      case "boolean": return `n${+x};`;
      case "bigint": return `n${x};`;
    }
    if (x === null) return "N";
    if (x instanceof Tuple) return `(${x.map(encode).join("")})`;
    if (x.$fields) return `v${identity(x.constructor)}(${x.$fields.map((each) => encode(x[each])).join("")})`;
    if (x instanceof PySet) return `f{${[...x.m.keys()].map((each) => encode(x.m.get(each))).sort().join("")}}`;
    if (Array.isArray(x) || x instanceof Dict) throw TypeError_("unhashable");
    return `o${identity(x)};`;
  };
  const hash = (x) => {
    switch (typeof x) {
      case "string": return x;
      case "number": return x;
      case "boolean": return +x;
      case "bigint": return -9007199254740991n <= x && x <= 9007199254740991n ? Number(x) : `\u0001n${x};`;
    }
    if (x === null) return NONE;
    if (x === undefined) throw TypeError_("undefined as a key");
    return `\u0001${encode(x)}`;
  };

  /* By hash; the keys themselves are kept apart where they are not their own hash: most are text. */
  class Dict {
    constructor(pairs) {
      this.m = new Map();
      this.k = null;
      if (pairs) for (const [key, value] of pairs) this.set(key, value);
    }
    set(key, value) {
      const at = hash(key);
      if (at !== key && !this.m.has(at)) (this.k ??= new Map()).set(at, key);
      this.m.set(at, value);
    }
    has(key) { return this.m.has(hash(key)); }
    get(key, other) { const found = this.m.get(hash(key)); return found === undefined ? other : found; }
    remove(at) { if (this.k) this.k.delete(at); return this.m.delete(at); }
    keyOf(at) { return this.k !== null && this.k.has(at) ? this.k.get(at) : at; }
    keys() { return this.k === null ? this.m.keys() : this.ownKeys(); }
    *ownKeys() { for (const at of this.m.keys()) yield this.keyOf(at); }
    *pairs() { for (const [at, value] of this.m) yield [this.keyOf(at), value]; }
  }
  class Items {
    constructor(dict) { this.dict = dict; }
    *[Symbol.iterator]() { for (const [at, value] of this.dict.m) yield tuple([this.dict.keyOf(at), value]); }
    get length() { return this.dict.m.size; }
  }
  class Values {
    constructor(dict) { this.dict = dict; }
    [Symbol.iterator]() { return this.dict.m.values(); }
    get length() { return this.dict.m.size; }
  }
  class Keys {
    constructor(dict) { this.dict = dict; }
    [Symbol.iterator]() { return this.dict.keys(); }
    get length() { return this.dict.m.size; }
    get m() { return new Map(Array.from(this, (key) => [hash(key), key])); }
    has(key) { return this.dict.has(key); }
  }
  const isView = (x) => x instanceof Items || x instanceof Values || x instanceof Keys;
  class PySet {
    constructor(items) { this.m = new Map(); if (items) for (const item of items) this.add(item); }
    add(item) { const at = hash(item); if (!this.m.has(at)) this.m.set(at, item); }
    has(item) { return this.m.has(hash(item)); }
    [Symbol.iterator]() { return this.m.values(); }
  }
  py.Dict = Dict; py.PySet = PySet;
  py.dict = (...pairs) => new Dict(pairs);
  py.dictOf = (pairs) => new Dict(pairs);
  py.set = (...items) => new PySet(items);
  py.setOf = (items) => new PySet(items);
  const setlike = (x) => x instanceof PySet || x instanceof Keys;

  const isNumber = (x) => typeof x === "number" || typeof x === "boolean" || typeof x === "bigint";
  const eq = (a, b) => {
    if (a === b) return true;
    if (a === null || b === null || a === undefined || b === undefined) return false;
    if (isNumber(a) && isNumber(b)) return a == b; // eslint-disable-line eqeqeq
    if (typeof a !== "object" || typeof b !== "object") return false;
    if (Array.isArray(a)) {
      if (!Array.isArray(b) || a.length !== b.length || (a instanceof Tuple) !== (b instanceof Tuple)) return false;
      for (let at = 0; at < a.length; at++) if (!eq(a[at], b[at])) return false;
      return true;
    }
    if (a.$fields) return a.constructor === b.constructor && a.$fields.every((each) => eq(a[each], b[each]));
    if (setlike(a)) return setlike(b) && a.m.size === b.m.size && [...a.m.keys()].every((key) => b.m.has(key));
    if (a instanceof Dict) return b instanceof Dict && a.m.size === b.m.size && [...a.m].every(([at, value]) => b.m.has(at) && eq(value, b.m.get(at)));
    return false;
  };
  py.eq = eq;
  py.ne = (a, b) => !eq(a, b);

  const order = (a, b) => {
    if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0;
    if (typeof a === "string" && typeof b === "string") {
      if (a === b) return 0;
      const length = Math.min(a.length, b.length);
      for (let at = 0; at < length; at++) {
        const one = a.charCodeAt(at), two = b.charCodeAt(at);
        if (one !== two) {
          // UTF-16 puts what lies beyond U+FFFF before U+E000; Python compares code points.
          const high = (unit) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
          return high(one) - high(two);
        }
      }
      return a.length - b.length;
    }
    if (Array.isArray(a) && Array.isArray(b) && (a instanceof Tuple) === (b instanceof Tuple)) {
      const length = Math.min(a.length, b.length);
      for (let at = 0; at < length; at++) if (!eq(a[at], b[at])) return order(a[at], b[at]);
      return a.length - b.length;
    }
    throw TypeError_(`'<' not supported between ${py.type(a).$__name__} and ${py.type(b).$__name__}`);
  };
  const subset = (a, b) => [...a.m.keys()].every((key) => b.m.has(key));
  py.lt = (a, b) => (setlike(a) && setlike(b) ? a.m.size < b.m.size && subset(a, b) : order(a, b) < 0);
  py.le = (a, b) => (setlike(a) && setlike(b) ? subset(a, b) : order(a, b) <= 0);
  py.gt = (a, b) => py.lt(b, a);
  py.ge = (a, b) => py.le(b, a);

  py.truth = (x) => {
    switch (typeof x) {
      case "boolean": return x;
      case "number": return x !== 0;
      case "string": return x !== "";
      case "bigint": return x !== 0n;
      case "function": return true;
    }
    if (x === null) return false;
    if (x === undefined) throw TypeError_("undefined is neither true nor false");
    if (Array.isArray(x)) return x.length > 0;
    if (x.m instanceof Map) return x.m.size > 0;
    if (isView(x)) return x.length > 0;
    return true;
  };
  py.not = (x) => !py.truth(x);

  py.iter = (x) => {
    if (typeof x === "string" || Array.isArray(x)) return x;
    if (x instanceof Dict) return x.keys();
    if (x !== null && x !== undefined && typeof x[Symbol.iterator] === "function") return x;
    throw TypeError_(`${x === null ? "None" : typeof x} is not iterable`);
  };
  const list = (x) => [...py.iter(x)];
  py.list = list;
  py.unpack = (x, count) => {
    const found = Array.isArray(x) ? x : list(x);
    if (found.length !== count) throw ValueError(`${found.length} values to unpack, expected ${count}`);
    return found;
  };
  py.in = (item, x) => {
    if (typeof x === "string") return x.includes(item);
    if (x instanceof Dict || x instanceof PySet || x instanceof Keys) return x.has(item);
    for (const each of py.iter(x)) if (eq(each, item)) return true;
    return false;
  };

  /* ---- operators ---- */
  const big = (x) => (typeof x === "bigint" ? x : BigInt(+x));
  const num = (x) => (typeof x === "number" ? x : typeof x === "boolean" ? +x : (() => { throw TypeError_(`a number is needed, not ${py.type(x).$__name__}`); })());
  const arithmetic = (name, small, large) => (py[name] = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return small(a, b);
    if (typeof a === "bigint" || typeof b === "bigint") return large(big(a), big(b));
    return small(num(a), num(b));
  });
  arithmetic("sub_", (a, b) => a - b, (a, b) => a - b);
  arithmetic("mul_", (a, b) => a * b, (a, b) => a * b);
  arithmetic("add_", (a, b) => a + b, (a, b) => a + b);
  py.add = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a + b;
    if (typeof a === "string" && typeof b === "string") return a + b;
    if (Array.isArray(a) && Array.isArray(b)) {
      if ((a instanceof Tuple) !== (b instanceof Tuple)) throw TypeError_("a list and a tuple cannot be added");
      const both = Array.from(a).concat(Array.from(b));
      return a instanceof Tuple ? tuple(both) : both;
    }
    return py.add_(a, b);
  };
  py.iadd = (a, b) => {
    if (Array.isArray(a) && !(a instanceof Tuple)) { for (const each of list(b)) a.push(each); return a; }
    return py.add(a, b);
  };
  py.sub = (a, b) => (setlike(a) ? new PySet([...a].filter((each) => !b.m.has(hash(each)))) : py.sub_(a, b));
  py.mul = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a * b;
    if (typeof b === "string" || Array.isArray(b)) [a, b] = [b, a];
    if (typeof a === "string") return a.repeat(Math.max(0, num(b)));
    if (Array.isArray(a)) {
      const found = [];
      for (let left = num(b); left > 0; left--) for (const each of a) found.push(each);
      return a instanceof Tuple ? tuple(found) : found;
    }
    return py.mul_(a, b);
  };
  py.div = (a, b) => { if (num(b) === 0) throw ZeroDivisionError("division by zero"); return num(a) / num(b); };
  py.floordiv = (a, b) => { if (num(b) === 0) throw ZeroDivisionError("division by zero"); return Math.floor(num(a) / num(b)); };
  py.mod = (a, b) => { if (num(b) === 0) throw ZeroDivisionError("modulo by zero"); const left = num(a) % num(b); return left !== 0 && left < 0 !== b < 0 ? left + b : left; };
  py.pow = (a, b) => Math.pow(num(a), num(b));
  py.neg = (a) => (typeof a === "bigint" ? -a : -num(a));
  py.invert = (a) => ~big(a);
  py.bitor = (a, b) => {
    if (setlike(a)) return new PySet([...a, ...b]);
    if (a instanceof Dict) { const both = new Dict(a.pairs()); for (const [key, value] of b.pairs()) both.set(key, value); return both; }
    return big(a) | big(b);
  };
  py.ibitor = (a, b) => {
    if (a instanceof PySet) { for (const each of py.iter(b)) a.add(each); return a; }
    if (a instanceof Dict) { for (const [key, value] of b.pairs()) a.set(key, value); return a; }
    return py.bitor(a, b);
  };
  py.bitand = (a, b) => (setlike(a) ? new PySet([...a].filter((each) => b.m.has(hash(each)))) : big(a) & big(b));
  py.bitxor = (a, b) => (setlike(a) ? py.bitor(py.sub(a, b), py.sub(b, a)) : big(a) ^ big(b));
  py.shl = (a, b) => big(a) << big(b);
  py.shr = (a, b) => big(a) >> big(b);

  /* ---- attributes, items, calls ---- */
  py.at = (object, name) => {
    const found = object === null || object === undefined ? undefined : object[name];
    if (found === undefined) throw AttributeError(`${object === null ? "None" : typeof object} has no ${name}`);
    if (typeof found === "function" && typeof object !== "function" && !Object.prototype.hasOwnProperty.call(object, name)) {
      const bound = found.bind(object);
      bound.$p = found.$p;
      return bound;
    }
    return found;
  };
  const place = (index, length, name) => {
    if (typeof index === "boolean") index = +index;
    if (typeof index === "bigint") index = Number(index);
    if (typeof index !== "number") throw TypeError_(`${name} indices must be integers`);
    if (index < 0) index += length;
    if (index < 0 || index >= length) throw IndexError(`${name} index out of range`);
    return index;
  };
  const letters = (text) => (/[\ud800-\udfff]/.test(text) ? Array.from(text) : text);
  py.item = (object, key) => {
    if (object instanceof Dict) {
      const found = object.m.get(hash(key));
      if (found !== undefined) return found;
      if (object.$missing) { const made = object.$missing(); object.set(key, made); return made; }
      throw KeyError(key);
    }
    if (Array.isArray(object)) return object[place(key, object.length, "list")];
    if (typeof object === "string") { const all = letters(object); return all[place(key, all.length, "string")]; }
    if (object !== null && object !== undefined && object.$__getitem__) return object.$__getitem__(key);
    throw TypeError_(`${py.type(object).$__name__} has no items`);
  };
  py.setitem = (object, key, value) => {
    if (object instanceof Dict) object.set(key, value);
    else if (Array.isArray(object) && !(object instanceof Tuple)) object[place(key, object.length, "list")] = value;
    else throw TypeError_("items cannot be assigned");
    return value;
  };
  py.delitem = (object, key) => { if (!(object instanceof Dict) || !object.remove(hash(key))) throw KeyError(key); };
  py.slice = (object, from, to, step) => {
    const all = typeof object === "string" ? letters(object) : object;
    if (!Array.isArray(all) && typeof all !== "string") throw TypeError_("cannot be sliced");
    const end = (value, other) => (value === null ? other : value < 0 ? Math.max(0, all.length + value) : Math.min(all.length, value));
    if (step !== null && step !== 1) {
      if (step !== -1 || from !== null || to !== null) throw TypeError_("a slice with a step");
      const turned = Array.from(all).reverse();
      return typeof object === "string" ? turned.join("") : object instanceof Tuple ? tuple(turned) : turned;
    }
    const found = Array.prototype.slice.call(all, end(from, 0), end(to, all.length));
    return typeof object === "string" ? found.join("") : object instanceof Tuple ? tuple(found) : found;
  };

  class Keywords { constructor(values) { this.values = values; } }
  const arranged = (name, parameters, given, named, maps) => {
    const all = Object.assign(Object.create(null), named);
    for (const map of maps || []) for (const [key, value] of map.m) all[key] = value;
    if (!parameters) throw TypeError_(`${name} takes no keyword arguments`);
    const args = given.slice();
    for (const key of Object.keys(all)) {
      const at = parameters.indexOf(key);
      if (at < 0) throw TypeError_(`${name} has no parameter ${key}`);
      if (at < given.length) throw TypeError_(`${name} is given ${key} twice`);
      args[at] = all[key];
    }
    return args;
  };
  py.kw = (callee, given, named, maps) => {
    if (callee.$keywords) return callee(...given, new Keywords(named));
    return callee(...arranged(callee.$__name__ || callee.name, callee.$p, given, named, maps));
  };
  py.kwm = (object, name, given, named, maps) => {
    const callee = object[name];
    if (typeof callee !== "function") throw AttributeError(`no method ${name}`);
    if (callee.$keywords) return callee.call(object, ...given, new Keywords(named));
    return callee.apply(object, arranged(name, callee.$p, given, named, maps));
  };
  py.def = (parameters, made) => { made.$p = parameters; return made; };
  py.needed = (value, name) => { if (value === undefined) throw TypeError_(`missing argument ${name}`); return value; };

  /* ---- classes ---- */
  py.value = (name, fields, members, properties) => {
    const names = fields.map(([field]) => field), slots = names.map((each) => `$${each}`);
    const made = function (...args) {
      const self = Object.create(made.prototype);
      for (let at = 0; at < slots.length; at++) {
        let given = args[at];
        if (given === undefined) {
          if (!fields[at][1]) throw TypeError_(`${name} needs ${names[at]}`);
          given = fields[at][1]();
        }
        self[slots[at]] = given;
      }
      return self;
    };
    made.prototype = Object.create(Object.prototype);
    own(made.prototype, "constructor", made);
    own(made.prototype, "$fields", slots);
    own(made.prototype, "$__class__", made);
    own(made, "$__name__", name);
    made.$class = true; made.$p = names; made.$value = true;
    for (const [key, value] of Object.entries(members)) own(made.prototype, key, value);
    for (const [key, get] of Object.entries(properties)) getter(made.prototype, key, get);
    return made;
  };
  py.replace = (object, changes) => {
    const made = Object.create(Object.getPrototypeOf(object));
    if (!object.$fields) throw TypeError_("replace needs a value");
    for (const each of object.$fields) made[each] = object[each];
    for (const [key, value] of Object.entries(changes.values)) {
      if (!object.$fields.includes(`$${key}`)) throw TypeError_(`no field ${key}`);
      made[`$${key}`] = value;
    }
    return made;
  };
  py.replace.$keywords = true;
  py.namedtuple = (name, fields, members, properties) => {
    const names = fields.map(([field]) => field);
    const made = function (...args) {
      const self = new Tuple(names.length);
      for (let at = 0; at < names.length; at++) {
        let given = args[at];
        if (given === undefined) {
          if (!fields[at][1]) throw TypeError_(`${name} needs ${names[at]}`);
          given = fields[at][1]();
        }
        self[at] = given;
      }
      return Object.setPrototypeOf(self, made.prototype);
    };
    made.prototype = Object.create(Tuple.prototype);
    own(made.prototype, "constructor", made);
    own(made.prototype, "$__class__", made);
    own(made, "$__name__", name);
    made.$class = true; made.$p = names;
    names.forEach((each, at) => getter(made.prototype, `$${each}`, function () { return this[at]; }));
    const replaced = function (given) {
      const self = Object.setPrototypeOf(Array.from(this), made.prototype);
      for (const [key, value] of Object.entries(given.values)) {
        if (!names.includes(key)) throw TypeError_(`no field ${key}`);
        self[names.indexOf(key)] = value;
      }
      return self;
    };
    replaced.$keywords = true;
    own(made.prototype, "$_replace", replaced);
    own(made.prototype, "$_asdict", function () { return new Dict(names.map((each, at) => [each, this[at]])); });
    own(made, "$_fields", tuple(names.slice()));
    for (const [key, value] of Object.entries(members)) own(made.prototype, key, value);
    for (const [key, get] of Object.entries(properties)) getter(made.prototype, key, get);
    return made;
  };
  py.strenum = (name, members) => {
    const values = Object.values(members);
    const made = (value) => { if (!values.includes(value)) throw ValueError(`${value} is not a valid ${name}`); return value; };
    for (const [key, value] of Object.entries(members)) made[`$${key}`] = value;
    made[Symbol.iterator] = () => values[Symbol.iterator]();
    own(made, "$__name__", name);
    return made;
  };
  py.cached = (name, make) => function () {
    const kept = `$$${name}`;
    if (!Object.prototype.hasOwnProperty.call(this, kept)) own(this, kept, make.call(this));
    return this[kept];
  };

  /* ---- text ---- */
  const quoted = (text) => {
    const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
    let found = quote;
    for (const letter of text) {
      const code = letter.codePointAt(0);
      if (letter === quote || letter === "\\") found += `\\${letter}`;
      else if (letter === "\n") found += "\\n";
      else if (letter === "\r") found += "\\r";
      else if (letter === "\t") found += "\\t";
      else if (/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(letter) || (letter !== " " && /\p{Zs}/u.test(letter))) {
        const hex = code.toString(16);
        found += code < 0x100 ? `\\x${hex.padStart(2, "0")}` : code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
      } else found += letter;
    }
    return found + quote;
  };
  const decimal = (x) => {
    if (Number.isInteger(x) && Math.abs(x) < 1e21) return String(x);
    if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
    const size = Math.abs(x);
    if (size >= 1e16 || size < 1e-4) {
      const [head, tail] = x.toExponential().split("e");
      const power = Number(tail);
      return `${head}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
    }
    return String(x);
  };
  const repr = (x) => {
    if (typeof x === "string") return quoted(x);
    if (x === null) return "None";
    if (typeof x === "boolean") return x ? "True" : "False";
    if (typeof x === "number") return decimal(x);
    if (typeof x === "bigint") return String(x);
    if (x instanceof Tuple) return x.length === 1 ? `(${repr(x[0])},)` : `(${Array.from(x, repr).join(", ")})`;
    if (Array.isArray(x)) return `[${x.map(repr).join(", ")}]`;
    if (x instanceof Dict) return `{${[...x.pairs()].map(([key, value]) => `${repr(key)}: ${repr(value)}`).join(", ")}}`;
    if (typeof x === "function") return `<class '${x.$__name__}'>`;
    throw TypeError_("no repr of this");
  };
  const str = (x) => (typeof x === "string" ? x : x instanceof Thrown ? (x.$args || []).map(str).join(", ") : repr(x));

  /* Digits of a number, correctly rounded with ties to even, as C's printf and Python's round do. */
  const fixed = (x, digits) => {
    if (!Number.isFinite(x)) return decimal(x);
    if (Math.abs(x) >= 1e21) return BigInt(x) + (digits ? `.${"0".repeat(digits)}` : "");
    const long = Math.abs(x).toFixed(Math.min(100, digits + 60));
    const cut = long.length - (Math.min(100, digits + 60) - digits);
    const rest = long.slice(cut);
    let text;
    if (/^50*$/.test(rest)) {
      const down = long.slice(0, cut).replace(/\.$/, "");
      const last = Number(down[down.length - 1]);
      text = last % 2 === 0 ? down : Math.abs(x).toFixed(digits);
    } else text = Math.abs(x).toFixed(digits);
    return x < 0 || Object.is(x, -0) ? `-${text}` : text;
  };
  const general = (x, digits) => {
    if (!Number.isFinite(x)) return decimal(x);
    if (x === 0) return Object.is(x, -0) ? "-0" : "0";
    const precise = Math.max(1, digits);
    const [, tail] = x.toExponential(precise - 1).split("e");
    const power = Number(tail);
    const trimmed = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
    if (power < -4 || power >= precise) {
      const [head] = x.toExponential(precise - 1).split("e");
      return `${trimmed(head)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
    }
    return trimmed(fixed(x, precise - 1 - power));
  };
  py.format = (x, spec, conversion) => {
    if (conversion === "r") x = repr(x);
    if (!spec) return str(x);
    const found = /^(,?)\.(\d+)([fg])$/.exec(spec);
    if (!found || found[1] || typeof x !== "number") {
      if (spec === "," && Number.isInteger(x)) return String(x).replace(/\B(?=(\d{3})+$)/g, ",");
      throw ValueError(`the format ${spec} is not known`);
    }
    return found[3] === "f" ? fixed(x, Number(found[2])) : general(x, Number(found[2]));
  };

  const WHITE = "[\\s\\x1c-\\x1f\\x85]";
  const strip = (text, set, left, right) => {
    if (set === undefined || set === null) {
      if (left) text = text.replace(new RegExp(`^${WHITE}+`, "u"), "");
      return right ? text.replace(new RegExp(`${WHITE}+$`, "u"), "") : text;
    }
    let from = 0, to = text.length;
    if (left) while (from < to && set.includes(text[from])) from++;
    if (right) while (to > from && set.includes(text[to - 1])) to--;
    return text.slice(from, to);
  };
  const all = (test) => function () { const text = String(this); return text.length > 0 && test.test(text); };
  const affix = (name) => function (what, from) {
    if (from !== undefined) throw TypeError_("a place to begin at");
    return what instanceof Tuple ? what.some((each) => String(this)[name](each)) : String(this)[name](what);
  };
  const TEXT = {
    lower() { return this.toLowerCase(); },
    upper() { return this.toUpperCase(); },
    casefold() { return this.toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ"); },
    strip(set) { return strip(String(this), set, true, true); },
    lstrip(set) { return strip(String(this), set, true, false); },
    rstrip(set) { return strip(String(this), set, false, true); },
    startswith: affix("startsWith"),
    endswith: affix("endsWith"),
    removeprefix(what) { const text = String(this); return what && text.startsWith(what) ? text.slice(what.length) : text; },
    removesuffix(what) { const text = String(this); return what && text.endsWith(what) ? text.slice(0, -what.length) : text; },
    partition(by) { const text = String(this), at = text.indexOf(by); return at < 0 ? py.tuple(text, "", "") : py.tuple(text.slice(0, at), by, text.slice(at + by.length)); },
    rpartition(by) { const text = String(this), at = text.lastIndexOf(by); return at < 0 ? py.tuple("", "", text) : py.tuple(text.slice(0, at), by, text.slice(at + by.length)); },
    split(by, most) {
      const text = String(this);
      if (by === undefined || by === null) {
        if (most !== undefined) throw TypeError_("split by blanks, at most");
        return strip(text, null, true, true).split(new RegExp(`${WHITE}+`, "u")).filter((each) => each);
      }
      const parts = text.split(by);
      return most === undefined || most < 0 || parts.length <= most + 1 ? parts : [...parts.slice(0, most), parts.slice(most).join(by)];
    },
    splitlines() { const parts = String(this).split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/); if (parts[parts.length - 1] === "") parts.pop(); return parts; },
    join(parts) {
      const found = list(parts);
      if (found.some((each) => typeof each !== "string")) throw TypeError_("join needs text");
      return found.join(String(this));
    },
    replace(what, by, most) {
      if (most === undefined) return this.replaceAll(what, () => by);
      let text = String(this), from = 0;
      for (let left = most; left > 0; left--) {
        const at = text.indexOf(what, from);
        if (at < 0) break;
        text = text.slice(0, at) + by + text.slice(at + what.length);
        from = at + by.length;
      }
      return text;
    },
    translate(table) { return Array.from(this, (each) => (table.has(each) ? table.get(each) ?? "" : each)).join(""); },
    isdigit: all(/^\p{Nd}+$/u),
    isalpha: all(/^\p{L}+$/u),
    isalnum: all(/^[\p{L}\p{N}]+$/u),
    isascii() { return /^[\x00-\x7f]*$/.test(this); }, // eslint-disable-line no-control-regex
    encode() { if (/[\ud800-\udfff]/u.test(this)) throw ValueError("a lone surrogate has no UTF-8"); return new TextEncoder().encode(this); },
    format_map(values) { return this.replace(/\{(\w+)\}/g, (_, name) => str(py.item(values, name))); },
    count(what) { return this.split(what).length - 1; },
    find(what) { return this.indexOf(what); },
    rfind(what) { return this.lastIndexOf(what); },
    index(what) { const at = this.indexOf(what); if (at < 0) throw ValueError("substring not found"); return at; },
    zfill(width) { const text = String(this), sign = /^[+-]/.test(text) ? text[0] : ""; return sign + text.slice(sign.length).padStart(width - sign.length, "0"); },
    ljust(width, fill) { return this.padEnd(width, fill ?? " "); },
    rjust(width, fill) { return this.padStart(width, fill ?? " "); },
    isspace: all(new RegExp(`^${WHITE}+$`, "u")),
  };
  for (const [name, made] of Object.entries(TEXT)) own(String.prototype, `$${name}`, made);
  // The members of a StrEnum are text here.
  getter(String.prototype, "$value", function () { return String(this); });

  /* ---- lists, dicts, sets, numbers ---- */
  const LIST = {
    append(item) { this.push(item); return null; },
    extend(items) { for (const each of list(items)) this.push(each); return null; },
    insert(at, item) { this.splice(at, 0, item); return null; },
    pop(at) { if (!this.length) throw IndexError("pop from empty list"); return at === undefined ? this.pop() : this.splice(place(at, this.length, "list"), 1)[0]; },
    index(item) { const at = this.findIndex((each) => eq(each, item)); if (at < 0) throw ValueError("not in list"); return at; },
    count(item) { return this.filter((each) => eq(each, item)).length; },
    sort(key, reverse) { sortBy(this, key ?? null, reverse ?? false); return null; },
    reverse() { this.reverse(); return null; },
    copy() { return this.slice(); },
    clear() { this.length = 0; return null; },
    remove(item) { this.splice(this.$index(item), 1); return null; },
  };
  LIST.sort.$p = ["key", "reverse"];
  for (const [name, made] of Object.entries(LIST)) own(Array.prototype, `$${name}`, made);
  const sortBy = (items, key, reverse) => {
    const keyed = items.map((each) => [key === null ? each : key(each), each]);
    keyed.sort(reverse ? (a, b) => order(b[0], a[0]) : (a, b) => order(a[0], b[0]));
    keyed.forEach((each, at) => { items[at] = each[1]; });
    return items;
  };

  const DICT = {
    get(key, other) { return this.get(key, other === undefined ? null : other); },
    items() { return new Items(this); },
    keys() { return new Keys(this); },
    values() { return new Values(this); },
    setdefault(key, other) { if (!this.has(key)) this.set(key, other === undefined ? null : other); return this.get(key); },
    pop(key, other) {
      const at = hash(key), found = this.m.get(at);
      if (found === undefined) { if (other === undefined) throw KeyError(key); return other; }
      this.remove(at);
      return found;
    },
    update(other) { for (const [key, value] of other instanceof Dict ? other.pairs() : py.iter(other)) this.set(key, value); return null; },
    clear() { this.m.clear(); this.k = null; return null; },
    copy() { return new Dict(this.pairs()); },
  };
  for (const [name, made] of Object.entries(DICT)) own(Dict.prototype, `$${name}`, made);
  const sets = (...others) => new PySet(others.flatMap((each) => list(each)));
  const SET = {
    add(item) { this.add(item); return null; },
    update(...others) { for (const each of others) for (const item of py.iter(each)) this.add(item); return null; },
    discard(item) { this.m.delete(hash(item)); return null; },
    pop() { for (const [at, item] of this.m) { this.m.delete(at); return item; } throw KeyError("pop from an empty set"); },
    union(...others) { return sets(this, ...others); },
    intersection(other) { const them = sets(other); return new PySet([...this].filter((each) => them.has(each))); },
    difference(other) { const them = sets(other); return new PySet([...this].filter((each) => !them.has(each))); },
    isdisjoint(other) { for (const each of py.iter(other)) if (this.m.has(hash(each))) return false; return true; },
    issubset(other) { return subset(this, sets(other)); },
    issuperset(other) { return subset(sets(other), this); },
    symmetric_difference(other) { return py.bitxor(this, sets(other)); },
    remove(item) { if (!this.m.delete(hash(item))) throw KeyError(item); return null; },
    clear() { this.m.clear(); return null; },
    copy() { return new PySet(this); },
  };
  for (const [name, made] of Object.entries(SET)) { own(PySet.prototype, `$${name}`, made); own(Keys.prototype, `$${name}`, made); }
  const bitLength = (x) => { if (x < 0) x = -x; if (x === 0n) return 0; const hex = x.toString(16); return hex.length * 4 - Math.clz32(parseInt(hex[0], 16)) + 28; };
  own(BigInt.prototype, "$bit_length", function () { return bitLength(BigInt(this)); });
  own(Number.prototype, "$bit_length", function () { return bitLength(BigInt(Number(this))); });

  /* ---- builtins ---- */
  const b = {};
  py.b = b;
  const builtin = (name, made, parameters) => { own(made, "$__name__", name); if (parameters) made.$p = parameters; b[name] = made; return made; };
  builtin("str", (x) => (x === undefined ? "" : str(x)));
  b.str.$maketrans = (from, to, gone) => {
    if (from || to) throw TypeError_("only characters to drop");
    return new Dict(Array.from(gone, (each) => [each, null]));
  };
  builtin("int", (x) => {
    if (x === undefined) return 0;
    if (typeof x === "number") { if (!Number.isFinite(x)) throw OverflowError("not finite"); return Math.trunc(x); }
    if (typeof x === "boolean") return +x;
    if (typeof x === "bigint") return x;
    if (typeof x !== "string") throw TypeError_("int() of this");
    const text = strip(x, null, true, true);
    if (!/^[+-]?[0-9]+(_[0-9]+)*$/.test(text)) throw ValueError(`invalid literal for int() with base 10: ${quoted(x)}`);
    const found = Number(text.replaceAll("_", ""));
    return Number.isSafeInteger(found) ? found : BigInt(text.replaceAll("_", "").replace(/^\+/, ""));
  });
  builtin("float", (x) => {
    if (typeof x === "number" || typeof x === "boolean") return +x;
    if (typeof x !== "string") throw TypeError_("float() of this");
    const text = strip(x, null, true, true);
    const word = text.toLowerCase().replace(/^[+-]/, "");
    if (word === "nan") return NaN;
    if (word === "inf" || word === "infinity") return text[0] === "-" ? -Infinity : Infinity;
    if (!/^[+-]?([0-9]+(_[0-9]+)*\.?([0-9]+(_[0-9]+)*)?|\.[0-9]+(_[0-9]+)*)([eE][+-]?[0-9]+(_[0-9]+)*)?$/.test(text)) throw ValueError(`could not convert string to float: ${quoted(x)}`);
    return Number(text.replaceAll("_", ""));
  });
  builtin("bool", (x) => x !== undefined && py.truth(x));
  builtin("tuple", (x) => tuple(x === undefined ? [] : list(x)));
  builtin("list", (x) => (x === undefined ? [] : list(x)));
  builtin("dict", (x) => (x === undefined ? new Dict() : new Dict(x instanceof Dict ? x.pairs() : py.iter(x))));
  b.dict.$fromkeys = (keys, value) => new Dict([...py.iter(keys)].map((key) => [key, value === undefined ? null : value]));
  builtin("set", (x) => new PySet(x === undefined ? [] : py.iter(x)));
  builtin("frozenset", (x) => new PySet(x === undefined ? [] : py.iter(x)));
  builtin("bytes", () => { throw TypeError_("bytes"); });
  builtin("object", () => ({}));
  builtin("NoneType", () => null);
  for (const each of [Exception_, ValueError, TypeError_, LookupError_, KeyError, IndexError, AttributeError, OverflowError, RuntimeError, AssertionError, ZeroDivisionError, StopIteration]) b[each.$__name__] = each;
  py.type = (x) => {
    switch (typeof x) {
      case "string": return b.str;
      case "boolean": return b.bool;
      case "bigint": return b.int;
      case "number": return Number.isInteger(x) ? b.int : b.float;
      case "function": return b.type;
    }
    if (x === null || x === undefined) return b.NoneType;
    if (x.$__class__) return x.$__class__;
    if (x instanceof Tuple) return b.tuple;
    if (Array.isArray(x)) return b.list;
    if (x instanceof Dict) return b.dict;
    if (x instanceof PySet) return b.set;
    return b.object;
  };
  builtin("type", py.type);
  const is = (x, kind) => {
    if (kind instanceof Tuple) return kind.some((each) => is(x, each));
    switch (kind) {
      case b.str: return typeof x === "string";
      case b.bool: return typeof x === "boolean";
      case b.int: return typeof x === "bigint" || typeof x === "boolean" || (typeof x === "number" && Number.isInteger(x));
      case b.float: return typeof x === "number" && !Number.isInteger(x);
      case b.tuple: return x instanceof Tuple;
      case b.list: return Array.isArray(x) && !(x instanceof Tuple);
      case b.dict: case b.Mapping: return x instanceof Dict;
      case b.set: case b.frozenset: return x instanceof PySet;
    }
    if (!kind.$class) throw TypeError_("isinstance of this");
    return x instanceof kind;
  };
  builtin("Mapping", () => { throw TypeError_("Mapping"); });
  builtin("isinstance", is);
  builtin("hasattr", (x, name) => x !== null && x !== undefined && x[`$${name}`] !== undefined);
  builtin("getattr", (x, name) => py.at(x, `$${name}`));
  builtin("len", (x) => {
    if (typeof x === "string") return letters(x).length;
    if (Array.isArray(x) || isView(x)) return x.length;
    if (x !== null && x.m instanceof Map) return x.m.size;
    throw TypeError_("has no length");
  });
  builtin("abs", (x) => (typeof x === "bigint" ? (x < 0n ? -x : x) : Math.abs(num(x))));
  builtin("round", (x, digits) => {
    if (digits === undefined) { const down = Math.floor(x), rest = x - down; return rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down; }
    return Number(fixed(num(x), digits));
  });
  builtin("sum", (items, start) => { let total = start === undefined ? 0 : start; for (const each of py.iter(items)) total = py.add(total, each); return total; });
  const extreme = (name, better) => {
    const made = (...args) => {
      const more = args[args.length - 1] instanceof Keywords ? args.pop().values : {};
      const items = args.length === 1 ? list(args[0]) : args;
      if (!items.length) { if ("default" in more) return more.default; throw ValueError(`${name}() of nothing`); }
      const key = more.key || ((x) => x);
      let best = items[0], mark = key(best);
      for (const each of items.slice(1)) { const its = key(each); if (better(order(its, mark))) { best = each; mark = its; } }
      return best;
    };
    made.$keywords = true;
    builtin(name, made);
  };
  extreme("max", (by) => by > 0);
  extreme("min", (by) => by < 0);
  builtin("sorted", (items, key, reverse) => sortBy(list(items), key ?? null, reverse ?? false), ["iterable", "key", "reverse"]);
  builtin("reversed", (items) => Array.from(py.iter(items)).reverse());
  builtin("enumerate", function* (items, start) { let at = start === undefined ? 0 : start; for (const each of py.iter(items)) yield py.tuple(at++, each); }, ["iterable", "start"]);
  builtin("range", (one, two, step) => { const found = []; const [from, to] = two === undefined ? [0, one] : [one, two]; const by = step === undefined ? 1 : step; for (let at = from; by > 0 ? at < to : at > to; at += by) found.push(at); return found; });
  const zip = (...args) => {
    const strict = args[args.length - 1] instanceof Keywords ? args.pop().values.strict : false;
    const all = args.map(list);
    const length = all.length ? Math.min(...all.map((each) => each.length)) : 0;
    if (strict && all.some((each) => each.length !== length)) throw ValueError("zip() arguments differ in length");
    return Array.from({ length }, (_, at) => tuple(all.map((each) => each[at])));
  };
  zip.$keywords = true;
  builtin("zip", zip);
  builtin("map", (made, ...items) => (items.length === 1 ? Array.from(py.iter(items[0]), (each) => made(each)) : zip(...items).map((each) => made(...each))));
  builtin("any", (items) => { for (const each of py.iter(items)) if (py.truth(each)) return true; return false; });
  builtin("all", (items) => { for (const each of py.iter(items)) if (!py.truth(each)) return false; return true; });
  builtin("next", (items, other) => {
    const from = typeof items.next === "function" ? items : py.iter(items)[Symbol.iterator]();
    const { value, done } = from.next();
    if (!done) return value;
    if (other === undefined) throw StopIteration();
    return other;
  });
  builtin("iter", (items) => py.iter(items)[Symbol.iterator]());
  builtin("repr", repr);
  builtin("id", identity);
  builtin("divmod", (a, c) => py.tuple(py.floordiv(a, c), py.mod(a, c)));
  b.str.$lower = (x) => x.toLowerCase();

  /* A verdict as JSON has it, for the page and for comparing. */
  py.plain = (x) => {
    if (Array.isArray(x)) return Array.from(x, py.plain);
    if (x instanceof Dict) return Object.fromEntries(Array.from(x.m, ([key, value]) => [key, py.plain(value)]));
    if (x !== null && typeof x === "object" && x.$fields) return Object.fromEntries(x.$fields.map((each) => [each.slice(1), py.plain(x[each])]));
    return x;
  };
  /* JSON as Python reads it. */
  py.read = (x) => {
    if (Array.isArray(x)) return x.map(py.read);
    if (x !== null && typeof x === "object") { const found = new Dict(); for (const key of Object.keys(x)) found.m.set(key, py.read(x[key])); return found; }
    return x;
  };
  py.Keywords = Keywords; py.hash = hash; py.order = order;
  return py;
})();
