import { describe, expect, it } from '@jest/globals';
import { refusedAddress } from './addresses.js';
import { parsePublicUrl } from './public-url.js';

describe('refusedAddress', () => {
  it.each(['93.184.215.14', '8.8.8.8', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])('lets %s pass', (address) => {
    expect(refusedAddress(address, false)).toBeUndefined();
  });

  it.each([
    ['127.0.0.1', '127.255.255.254', '::1'],
    ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
    ['169.254.0.1', 'fe80::1'],
    ['100.64.0.1', '100.127.255.254'],
    ['224.0.0.1', '255.255.255.255', 'ff02::1', '240.0.0.1'],
    ['0.0.0.0', '0.1.2.3', '::'],
    ['192.0.0.1', '192.0.2.1', '198.18.0.1', '203.0.113.5', '2001:db8::1'],
    ['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:0:8.8.8.8', '::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::1'],
    ['2002:7f00:1::', '2001::1', 'fec0::1', '100::1', '5f00::1', '4000::1'],
  ])('refuses %s and the like', (...addresses) => {
    for (const address of addresses)
      expect([address, refusedAddress(address, false)]).toEqual([address, expect.any(String)]);
  });

  it('lets private addresses pass when they are allowed, metadata and odd ones never', () => {
    const open = ['127.0.0.1', '10.0.0.1', '169.254.0.1', '100.64.0.1', 'fd00::1', 'fe80::1', '::1'];
    const shut = [
      '169.254.169.254',
      'fd00:ec2::254',
      'fd00:0ec2:0:0::254',
      '::ffff:169.254.169.254',
      '0.0.0.0',
      '224.0.0.1',
    ];
    for (const address of open) expect([address, refusedAddress(address, true)]).toEqual([address, undefined]);
    for (const address of shut) expect([address, refusedAddress(address, true)]).toEqual([address, expect.any(String)]);
  });
});

describe('parsePublicUrl', () => {
  it.each([
    ['http://2130706433/', '127.0.0.1'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://0177.0.0.1/', '127.0.0.1'],
    ['http://127.1/', '127.0.0.1'],
    ['http://１２７.0.0.1/', '127.0.0.1'],
    ['http://[::1]:8080/', '::1'],
    ['http://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
    ['http://169.254.169.254/latest/meta-data', 'metadata'],
    ['http://localhost/', 'localhost'],
    ['http://LOCALHOST./', 'localhost'],
    ['http://a.localhost/', 'a.localhost'],
    ['http://printer.local/', 'printer.local'],
    ['http://metadata.google.internal/', 'internal'],
    ['file:///etc/passwd', 'file'],
    ['ftp://example.com/a.jpg', 'ftp'],
    ['data:image/png;base64,AAAA', 'data'],
    ['not a url', 'not a URL'],
    ['', 'not a URL'],
  ])('refuses %s', (url, reason) => {
    expect(() => parsePublicUrl(url, undefined, false)).toThrow(
      expect.objectContaining({ code: 'url-refused', kind: 'unprocessable', message: expect.stringContaining(reason) }),
    );
  });

  it('refuses credentials without repeating them', () => {
    const parse = () => parsePublicUrl('http://user:secret@example.com/a.jpg', undefined, false);
    expect(parse).toThrow(
      expect.objectContaining({ code: 'url-refused', message: expect.not.stringContaining('secret') }),
    );
  });

  it('resolves a relative redirect', () => {
    expect(parsePublicUrl('/b.jpg', new URL('https://example.com/a/'), false).href).toBe('https://example.com/b.jpg');
  });
});
