import { z } from 'zod';

const MIB = 1024 * 1024;

const whole = (least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number({ error: 'must be a whole number' }).int('must be a whole number').min(least).max(most);
const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
const address = z
  .string()
  .refine((text) => text === '' || (/^https?:/.test(text) && URL.canParse(text)), 'must be an http:// URL, or empty')
  .default('');
const ids = list.pipe(
  z.array(z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be ids of lower-case letters, digits and -')).min(1),
);
const pem = z.string().default('');

/** Where one variable of S3 is nothing without another. */
function s3IsWhole(
  given: Record<'S3_BUCKET' | 'S3_ENDPOINT' | 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY', string>,
  context: z.RefinementCtx,
): void {
  const need = (name: keyof typeof given, by: keyof typeof given) => {
    if (given[by] && !given[name])
      context.addIssue({ code: 'custom', path: [name], message: `must be set, since ${by} is` });
  };
  need('S3_BUCKET', 'S3_ENDPOINT');
  need('S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY');
  need('S3_SECRET_ACCESS_KEY', 'S3_ACCESS_KEY_ID');
}

/** Every variable of the environment: its rule, default and one line on what it does (also `.env.example`). */
const VARIABLES = z.object({
  PORT: whole(0, 65_535).default(3000).describe('Port of the HTTP server.'),
  HOST: z.string().min(1).default('0.0.0.0').describe('Address the HTTP server listens on.'),
  VIEWER_URL: address.describe('Where the gateway forwards what the viewer owns; empty: a proxy in front does that.'),
  GATEWAY_URL: address.describe('Where the viewer forwards /v1 and /docs; empty: a proxy in front does that.'),
  DATA_DIR: z.string().min(1).default('./data').describe('Folder for the database, blobs and the embedded bus.'),
  DATABASE_URL: z
    .string()
    .refine(
      (text) => text === '' || (/^postgres(ql)?:/.test(text) && URL.canParse(text)),
      'must be a postgresql:// URL, or empty',
    )
    .default('')
    .describe(
      'PostgreSQL for jobs, results and the ledger, as postgresql://user:password@host/name; empty: SQLite in DATA_DIR.',
    ),
  KAFKA_BROKERS: list
    .prefault('')
    .describe('Kafka brokers as host:port, comma separated; empty: the embedded bus, for one process.'),
  KAFKA_TOPIC_PREFIX: z
    .string()
    .regex(/^[a-zA-Z0-9._-]*$/, 'must be letters, digits, ".", "_" and "-"')
    .default('')
    .describe('Put before the names of topics and groups, so that several Kadrs share a cluster.'),
  KAFKA_REPLICATION_FACTOR: z.coerce
    .number({ error: 'must be a whole number' })
    .int('must be a whole number')
    .min(-1)
    .max(32)
    .default(-1)
    .describe("Copies of each partition of topics that Kadr makes; -1: the cluster's own default."),
  KAFKA_TLS: flag.prefault('false').describe('Speak TLS with the brokers.'),
  KAFKA_TLS_CA: pem.describe("Authorities to trust in place of the system's, as PEM or the path of a PEM file."),
  KAFKA_TLS_CERT: pem.describe('Certificate of this client (mTLS), as PEM or the path of a PEM file.'),
  KAFKA_TLS_KEY: pem.describe('Key of that certificate, as PEM or the path of a PEM file.'),
  KAFKA_SASL_MECHANISM: z
    .enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'])
    .default('none')
    .describe('How this process says to the brokers who it is.'),
  KAFKA_SASL_USERNAME: z.string().default('').describe('User, or client id for oauthbearer.'),
  KAFKA_SASL_PASSWORD: z.string().default('').describe('Password, or client secret for oauthbearer.'),
  KAFKA_OAUTH_TOKEN_URL: z
    .string()
    .refine((text) => text === '' || (/^https?:/.test(text) && URL.canParse(text)), 'must be an http or https URL')
    .default('')
    .describe('Token endpoint for oauthbearer (client credentials grant).'),
  KAFKA_OAUTH_SCOPE: z.string().default('').describe('Scope asked for at the token endpoint.'),
  KAFKA_SESSION_TIMEOUT_MS: whole(1000, 1_800_000)
    .default(10_000)
    .describe('A process that Kafka has not heard of for so long is taken for dead, in milliseconds.'),
  KAFKA_SEND_TIMEOUT_MS: whole(100)
    .default(10_000)
    .describe('How long brokers may be away before a request gets 503, in milliseconds.'),
  S3_BUCKET: z
    .string()
    .regex(/^[^\s/]*$/, 'must be the name of a bucket alone; a prefix of keys goes to S3_PREFIX')
    .default('')
    .describe('S3 bucket for blobs, which must be there already; empty: the folder DATA_DIR/blobs.'),
  S3_ENDPOINT: z
    .string()
    .refine(
      (text) => text === '' || (/^https?:/.test(text) && URL.canParse(text)),
      'must be an http(s):// URL, or empty',
    )
    .default('')
    .describe('URL of an S3 server other than AWS, as https://host:port; empty: AWS.'),
  S3_REGION: z
    .string()
    .min(1)
    .default('us-east-1')
    .describe('Region of S3_BUCKET; most servers other than AWS take any.'),
  S3_ACCESS_KEY_ID: z
    .string()
    .default('')
    .describe("Access key of S3_BUCKET; empty: the AWS SDK's own chain (AWS_PROFILE, a role of the machine)."),
  S3_SECRET_ACCESS_KEY: z.string().default('').describe('Secret of S3_ACCESS_KEY_ID.'),
  S3_PREFIX: z
    .string()
    .max(200)
    .regex(/^([\w-][\w.-]*(\/[\w-][\w.-]*)*)?$/, 'must be names of letters, digits, ".", "_" and "-", joined by "/"')
    .default('')
    .describe('What the keys of all blobs in S3_BUCKET begin with, so that the bucket may hold other things.'),
  S3_FORCE_PATH_STYLE: flag.prefault('true').describe('Name the bucket in the path of the S3 URL; false: in the host.'),
  MODELS_DIR: z.string().min(1).default('./models').describe('Folder of models; weights are cached in its .cache.'),
  KADR_MODELS: ids
    .prefault('objects,objects-fast')
    .describe('Models loaded at start, the first is the default; others load when first asked for.'),
  KADR_PROVIDERS: list
    .pipe(z.array(z.enum(['auto', 'cuda', 'cpu'])).min(1))
    .prefault('auto')
    .describe(
      'ONNX Runtime execution providers in order of preference: cuda, cpu; auto is CUDA if it truly loads, else CPU.',
    ),
  INFERENCE_WORKERS: whole(0, 256)
    .default(0)
    .describe('Worker threads that run models; 0 chooses by the number of cores.'),
  INFERENCE_THREADS: whole(0, 256)
    .default(0)
    .describe('ONNX Runtime threads of each worker; 0 chooses by the number of cores.'),
  INFERENCE_CONCURRENCY: whole(1, 1024).default(8).describe('Frames of one model and lane in work at once.'),
  MAX_UPLOAD_BYTES: whole(1)
    .default(256 * MIB)
    .describe('Largest upload: one file, or all files and the unpacked zip of a job.'),
  MAX_PIXELS: whole(1).default(50_000_000).describe('Largest picture, width times height.'),
  MAX_JOB_ITEMS: whole(1).default(10_000).describe('Most pictures in one job.'),
  MAX_QUEUED_PICTURES: whole(1).default(50_000).describe('Pictures waiting in all jobs before new jobs get 503.'),
  MAX_PREDICTIONS: whole(1).default(64).describe('Synchronous predictions in flight before further ones get 503.'),
  PREDICT_TIMEOUT_MS: whole(1).default(30_000).describe('Deadline of a synchronous prediction, in milliseconds.'),
  ALLOW_PRIVATE_URLS: flag
    .prefault('false')
    .describe('Fetch pictures from private, loopback and link-local addresses too, and send webhooks there.'),
  URL_TIMEOUT_MS: whole(1)
    .default(15_000)
    .describe('Deadline for fetching a picture by URL, and for sending a webhook, in milliseconds.'),
  CLAIM_CHECK_BYTES: whole(1024)
    .default(256 * 1024)
    .describe('Values above this size travel by claim check.'),
  HISTORY_DAYS: whole(1).default(30).describe('Days that finished jobs, their pictures and results are kept.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least level of log lines.'),
  LOG_FORMAT: z
    .enum(['auto', 'json', 'pretty'])
    .default('auto')
    .describe('Log lines as JSON or for people; auto is pretty on a terminal.'),
});

/** The whole environment: its variables, and what they ask of one another. */
export const ENVIRONMENT = VARIABLES.superRefine(s3IsWhole);

/** The environment after parsing. */
export type Environment = z.infer<typeof ENVIRONMENT>;
