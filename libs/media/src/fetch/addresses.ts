import ipaddr from 'ipaddr.js';

/** Where clouds answer with the machine's own credentials; nobody means to fetch a picture there. */
const METADATA_ADDRESSES = new Set(['169.254.169.254', '169.254.170.2', '100.100.100.200', 'fd00:ec2::254']);

/** What `ALLOW_PRIVATE_URLS` opens; multicast, unspecified, mapped and translated addresses stay shut. */
const PRIVATE_RANGES = new Set(['private', 'loopback', 'linkLocal', 'uniqueLocal', 'carrierGradeNat']);

const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');
const LOCAL_NAME = /(^|\.)(localhost|local|internal)\.?$/i;

/** Why no connection may be made to the address `text`, or `undefined` when it may. */
export function refusedAddress(text: string, allowPrivate: boolean): string | undefined {
  if (!ipaddr.isValid(text)) return `${text} is not an IP address`;
  const address = ipaddr.parse(text);
  if (METADATA_ADDRESSES.has(address.toString())) return `${text} is a cloud metadata address`;
  const range = address.range();
  if (allowPrivate && PRIVATE_RANGES.has(range)) return undefined;
  const outside = address instanceof ipaddr.IPv6 && !address.match(GLOBAL_UNICAST_V6);
  return range === 'unicast' && !outside ? undefined : `${text} is not a public address (${describe(range)})`;
}

/** Why the name `host` may not be looked up, or `undefined` when it may. */
export function refusedName(host: string, allowPrivate: boolean): string | undefined {
  return !allowPrivate && LOCAL_NAME.test(host) ? `${host} is a name of the local network` : undefined;
}

function describe(range: string): string {
  return range.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
