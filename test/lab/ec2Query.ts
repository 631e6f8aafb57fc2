// moto asked directly, without the AWS SDK: tests make their objects with it and learn the truth from it.

/** A name in the XML answer, and its values in order. */
export function valuesOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, value]) => value ?? '');
}

export class Ec2Query {
  readonly #url: string;
  readonly #key: string;

  /** @param key an access key; moto does not look at signatures until it is told to look at rights */
  constructor(url: string, key = 'test') {
    this.#url = url;
    this.#key = key;
  }

  /** @throws Error with moto's answer when it refuses */
  async ask(
    operation: string,
    parameters: Readonly<Record<string, string>> = {},
    service: 'ec2' | 'iam' = 'ec2',
  ): Promise<string> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: {
        authorization:
          `AWS4-HMAC-SHA256 Credential=${this.#key}/20260101/eu-west-1/${service}/aws4_request, ` +
          'SignedHeaders=host, Signature=x',
      },
      body: new URLSearchParams({
        Action: operation,
        Version: service === 'ec2' ? '2016-11-15' : '2010-05-08',
        ...parameters,
      }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${operation}: ${text}`);
    return text;
  }

  /** @returns the first value of that name in the answer */
  async value(
    name: string,
    operation: string,
    parameters: Readonly<Record<string, string>> = {},
    service: 'ec2' | 'iam' = 'ec2',
  ): Promise<string> {
    const text = await this.ask(operation, parameters, service);
    const [value] = valuesOf(text, name);
    if (value === undefined) throw new Error(`${operation}: no ${name} in ${text}`);
    return value;
  }

  /** Network interfaces of an instance at this place; moto has no filter for the place. */
  async interfacesOf(instance: string, deviceIndex: string): Promise<readonly string[]> {
    const [, ...pieces] = (await this.ask('DescribeNetworkInterfaces')).split('<networkInterfaceId>');
    return pieces
      .filter(
        (piece) =>
          valuesOf(piece, 'instanceId').includes(instance) && valuesOf(piece, 'deviceIndex').includes(deviceIndex),
      )
      .map((piece) => piece.slice(0, piece.indexOf('<')));
  }

  /** Not by moto's filter, which knows first addresses only. */
  async interfacesWith(address: string): Promise<readonly string[]> {
    const [, ...pieces] = (await this.ask('DescribeNetworkInterfaces')).split('<networkInterfaceId>');
    return pieces
      .filter((piece) => valuesOf(piece, 'privateIpAddress').includes(address))
      .map((piece) => piece.slice(0, piece.indexOf('<')));
  }
}
