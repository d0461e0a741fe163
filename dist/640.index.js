export const id = 640;
export const ids = [640];
export const modules = {

/***/ 7986:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  UJ: () => (/* binding */ AuthClient)
});

// UNUSED EXPORTS: AnonymousSessionClient, AnonymousSessionError, BackchannelAuthenticationError, BuildAuthorizationUrlError, BuildLinkUserUrlError, BuildUnlinkUserUrlError, ChangePasswordError, DatabaseClient, EnterpriseConnectNotSupportedError, MfaChallengeError, MfaClient, MfaDeleteAuthenticatorError, MfaEnrollmentError, MfaListAuthenticatorsError, MfaVerifyError, MissingCapturedResponseError, MissingClientAuthError, NotSupportedError, NotSupportedErrorCode, OrganizationValidationError, PasskeyChallengeError, PasskeyClient, PasskeyError, PasskeyGetTokenError, PasskeyRegisterError, PasswordlessChallengeError, PasswordlessClient, PasswordlessDbGetTokenError, PasswordlessStartError, PasswordlessVerifyError, SignUpError, TokenByClientCredentialsError, TokenByCodeError, TokenByPasswordError, TokenByRefreshTokenError, TokenExchangeError, TokenForConnectionError, TokenResponse, TokenRevocationError, UserInfoError, VerifyLogoutTokenError, extractHttpMetadata, isFederatedDomain, isMfaRequiredError, toOAuth2Error

;// CONCATENATED MODULE: ./node_modules/oauth4webapi/build/index.js
let USER_AGENT;
if (typeof navigator === 'undefined' || !navigator.userAgent?.startsWith?.('Mozilla/5.0 ')) {
    const NAME = 'oauth4webapi';
    const VERSION = 'v3.8.8';
    USER_AGENT = `${NAME}/${VERSION}`;
}
function looseInstanceOf(input, expected) {
    if (input == null) {
        return false;
    }
    try {
        return (input instanceof expected ||
            Object.getPrototypeOf(input)[Symbol.toStringTag] === expected.prototype[Symbol.toStringTag]);
    }
    catch {
        return false;
    }
}
const ERR_INVALID_ARG_VALUE = 'ERR_INVALID_ARG_VALUE';
const ERR_INVALID_ARG_TYPE = 'ERR_INVALID_ARG_TYPE';
function CodedTypeError(message, code, cause) {
    const err = new TypeError(message, { cause });
    Object.assign(err, { code });
    return err;
}
const allowInsecureRequests = Symbol();
const clockSkew = Symbol();
const clockTolerance = Symbol();
const customFetch = Symbol();
const modifyAssertion = Symbol();
const jweDecrypt = Symbol();
const jwksCache = Symbol();
const encoder = new TextEncoder();
const decoder = new TextDecoder();
function buf(input) {
    if (typeof input === 'string') {
        return encoder.encode(input);
    }
    return decoder.decode(input);
}
let encodeBase64Url;
if (Uint8Array.prototype.toBase64) {
    encodeBase64Url = (input) => {
        if (input instanceof ArrayBuffer) {
            input = new Uint8Array(input);
        }
        return input.toBase64({ alphabet: 'base64url', omitPadding: true });
    };
}
else {
    const CHUNK_SIZE = 0x8000;
    encodeBase64Url = (input) => {
        if (input instanceof ArrayBuffer) {
            input = new Uint8Array(input);
        }
        const arr = [];
        for (let i = 0; i < input.byteLength; i += CHUNK_SIZE) {
            arr.push(String.fromCharCode.apply(null, input.subarray(i, i + CHUNK_SIZE)));
        }
        return btoa(arr.join('')).replace(/=/g, '').replace(/\+/g, '-').replace(/\//g, '_');
    };
}
let decodeBase64Url;
if (Uint8Array.fromBase64) {
    decodeBase64Url = (input) => {
        try {
            return Uint8Array.fromBase64(input, { alphabet: 'base64url' });
        }
        catch (cause) {
            throw CodedTypeError('The input to be decoded is not correctly encoded.', ERR_INVALID_ARG_VALUE, cause);
        }
    };
}
else {
    decodeBase64Url = (input) => {
        try {
            const binary = atob(input.replace(/-/g, '+').replace(/_/g, '/').replace(/\s/g, ''));
            const bytes = new Uint8Array(binary.length);
            for (let i = 0; i < binary.length; i++) {
                bytes[i] = binary.charCodeAt(i);
            }
            return bytes;
        }
        catch (cause) {
            throw CodedTypeError('The input to be decoded is not correctly encoded.', ERR_INVALID_ARG_VALUE, cause);
        }
    };
}
function b64u(input) {
    if (typeof input === 'string') {
        return decodeBase64Url(input);
    }
    return encodeBase64Url(input);
}
class UnsupportedOperationError extends Error {
    code;
    constructor(message, options) {
        super(message, options);
        this.name = this.constructor.name;
        this.code = UNSUPPORTED_OPERATION;
        Error.captureStackTrace?.(this, this.constructor);
    }
}
class OperationProcessingError extends Error {
    code;
    constructor(message, options) {
        super(message, options);
        this.name = this.constructor.name;
        if (options?.code) {
            this.code = options?.code;
        }
        Error.captureStackTrace?.(this, this.constructor);
    }
}
function OPE(message, code, cause) {
    return new OperationProcessingError(message, { code, cause });
}
async function calculateJwkThumbprint(jwk) {
    let components;
    switch (jwk.kty) {
        case 'EC':
            components = {
                crv: jwk.crv,
                kty: jwk.kty,
                x: jwk.x,
                y: jwk.y,
            };
            break;
        case 'OKP':
            components = {
                crv: jwk.crv,
                kty: jwk.kty,
                x: jwk.x,
            };
            break;
        case 'AKP':
            components = {
                alg: jwk.alg,
                kty: jwk.kty,
                pub: jwk.pub,
            };
            break;
        case 'RSA':
            components = {
                e: jwk.e,
                kty: jwk.kty,
                n: jwk.n,
            };
            break;
        default:
            throw new UnsupportedOperationError('unsupported JWK key type', { cause: jwk });
    }
    return b64u(await crypto.subtle.digest('SHA-256', buf(JSON.stringify(components))));
}
function assertCryptoKey(key, it) {
    if (!(key instanceof CryptoKey)) {
        throw CodedTypeError(`${it} must be a CryptoKey`, ERR_INVALID_ARG_TYPE);
    }
}
function assertPrivateKey(key, it) {
    assertCryptoKey(key, it);
    if (key.type !== 'private') {
        throw CodedTypeError(`${it} must be a private CryptoKey`, ERR_INVALID_ARG_VALUE);
    }
}
function assertPublicKey(key, it) {
    assertCryptoKey(key, it);
    if (key.type !== 'public') {
        throw CodedTypeError(`${it} must be a public CryptoKey`, ERR_INVALID_ARG_VALUE);
    }
}
function normalizeTyp(value) {
    return value.toLowerCase().replace(/^application\//, '');
}
function isJsonObject(input) {
    if (input === null || typeof input !== 'object' || Array.isArray(input)) {
        return false;
    }
    return true;
}
function prepareHeaders(input) {
    if (looseInstanceOf(input, Headers)) {
        input = Object.fromEntries(input.entries());
    }
    const headers = new Headers(input ?? {});
    if (USER_AGENT && !headers.has('user-agent')) {
        headers.set('user-agent', USER_AGENT);
    }
    if (headers.has('authorization')) {
        throw CodedTypeError('"options.headers" must not include the "authorization" header name', ERR_INVALID_ARG_VALUE);
    }
    return headers;
}
function signal(url, value) {
    if (value !== undefined) {
        if (typeof value === 'function') {
            value = value(url.href);
        }
        if (!(value instanceof AbortSignal)) {
            throw CodedTypeError('"options.signal" must return or be an instance of AbortSignal', ERR_INVALID_ARG_TYPE);
        }
        return value;
    }
    return undefined;
}
function replaceDoubleSlash(pathname) {
    if (pathname.includes('//')) {
        return pathname.replace('//', '/');
    }
    return pathname;
}
function prependWellKnown(url, wellKnown, allowTerminatingSlash = false) {
    if (url.pathname === '/') {
        url.pathname = wellKnown;
    }
    else {
        url.pathname = replaceDoubleSlash(`${wellKnown}/${allowTerminatingSlash ? url.pathname : url.pathname.replace(/(\/)$/, '')}`);
    }
    return url;
}
function appendWellKnown(url, wellKnown) {
    url.pathname = replaceDoubleSlash(`${url.pathname}/${wellKnown}`);
    return url;
}
async function performDiscovery(input, urlName, transform, options) {
    if (!(input instanceof URL)) {
        throw CodedTypeError(`"${urlName}" must be an instance of URL`, ERR_INVALID_ARG_TYPE);
    }
    checkProtocol(input, options?.[allowInsecureRequests] !== true);
    const url = transform(new URL(input.href));
    const headers = prepareHeaders(options?.headers);
    headers.set('accept', 'application/json');
    return (options?.[customFetch] || fetch)(url.href, {
        body: undefined,
        headers: Object.fromEntries(headers.entries()),
        method: 'GET',
        redirect: 'manual',
        signal: signal(url, options?.signal),
    });
}
async function discoveryRequest(issuerIdentifier, options) {
    return performDiscovery(issuerIdentifier, 'issuerIdentifier', (url) => {
        switch (options?.algorithm) {
            case undefined:
            case 'oidc':
                appendWellKnown(url, '.well-known/openid-configuration');
                break;
            case 'oauth2':
                prependWellKnown(url, '.well-known/oauth-authorization-server');
                break;
            default:
                throw CodedTypeError('"options.algorithm" must be "oidc" (default), or "oauth2"', ERR_INVALID_ARG_VALUE);
        }
        return url;
    }, options);
}
function assertNumber(input, allow0, it, code, cause) {
    try {
        if (typeof input !== 'number' || !Number.isFinite(input)) {
            throw CodedTypeError(`${it} must be a number`, ERR_INVALID_ARG_TYPE, cause);
        }
        if (input > 0)
            return;
        if (allow0) {
            if (input !== 0) {
                throw CodedTypeError(`${it} must be a non-negative number`, ERR_INVALID_ARG_VALUE, cause);
            }
            return;
        }
        throw CodedTypeError(`${it} must be a positive number`, ERR_INVALID_ARG_VALUE, cause);
    }
    catch (err) {
        if (code) {
            throw OPE(err.message, code, cause);
        }
        throw err;
    }
}
function assertString(input, it, code, cause) {
    try {
        if (typeof input !== 'string') {
            throw CodedTypeError(`${it} must be a string`, ERR_INVALID_ARG_TYPE, cause);
        }
        if (input.length === 0) {
            throw CodedTypeError(`${it} must not be empty`, ERR_INVALID_ARG_VALUE, cause);
        }
    }
    catch (err) {
        if (code) {
            throw OPE(err.message, code, cause);
        }
        throw err;
    }
}
async function processDiscoveryResponse(expectedIssuerIdentifier, response) {
    const expected = expectedIssuerIdentifier;
    if (!(expected instanceof URL) && expected !== _nodiscoverycheck) {
        throw CodedTypeError('"expectedIssuerIdentifier" must be an instance of URL', ERR_INVALID_ARG_TYPE);
    }
    if (!looseInstanceOf(response, Response)) {
        throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    if (response.status !== 200) {
        throw OPE('"response" is not a conform Authorization Server Metadata response (unexpected HTTP status code)', RESPONSE_IS_NOT_CONFORM, response);
    }
    assertReadableResponse(response);
    const json = await getResponseJsonBody(response);
    assertString(json.issuer, '"response" body "issuer" property', INVALID_RESPONSE, { body: json });
    if (expected !== _nodiscoverycheck && new URL(json.issuer).href !== expected.href) {
        throw OPE('"response" body "issuer" property does not match the expected value', JSON_ATTRIBUTE_COMPARISON, { expected: expected.href, body: json, attribute: 'issuer' });
    }
    return json;
}
function assertApplicationJson(response) {
    assertContentType(response, 'application/json');
}
function notJson(response, ...types) {
    let msg = '"response" content-type must be ';
    if (types.length > 2) {
        const last = types.pop();
        msg += `${types.join(', ')}, or ${last}`;
    }
    else if (types.length === 2) {
        msg += `${types[0]} or ${types[1]}`;
    }
    else {
        msg += types[0];
    }
    return OPE(msg, RESPONSE_IS_NOT_JSON, response);
}
function assertContentTypes(response, ...types) {
    if (!types.includes(getContentType(response))) {
        throw notJson(response, ...types);
    }
}
function assertContentType(response, contentType) {
    if (getContentType(response) !== contentType) {
        throw notJson(response, contentType);
    }
}
function randomBytes() {
    return b64u(crypto.getRandomValues(new Uint8Array(32)));
}
function generateRandomCodeVerifier() {
    return randomBytes();
}
function generateRandomState() {
    return randomBytes();
}
function generateRandomNonce() {
    return randomBytes();
}
async function calculatePKCECodeChallenge(codeVerifier) {
    assertString(codeVerifier, 'codeVerifier');
    return b64u(await crypto.subtle.digest('SHA-256', buf(codeVerifier)));
}
function getKeyAndKid(input) {
    if (input instanceof CryptoKey) {
        return { key: input };
    }
    if (!(input?.key instanceof CryptoKey)) {
        return {};
    }
    if (input.kid !== undefined) {
        assertString(input.kid, '"kid"');
    }
    return {
        key: input.key,
        kid: input.kid,
    };
}
function psAlg(key) {
    switch (key.algorithm.hash.name) {
        case 'SHA-256':
            return 'PS256';
        case 'SHA-384':
            return 'PS384';
        case 'SHA-512':
            return 'PS512';
        default:
            throw new UnsupportedOperationError('unsupported RsaHashedKeyAlgorithm hash name', {
                cause: key,
            });
    }
}
function rsAlg(key) {
    switch (key.algorithm.hash.name) {
        case 'SHA-256':
            return 'RS256';
        case 'SHA-384':
            return 'RS384';
        case 'SHA-512':
            return 'RS512';
        default:
            throw new UnsupportedOperationError('unsupported RsaHashedKeyAlgorithm hash name', {
                cause: key,
            });
    }
}
function esAlg(key) {
    switch (key.algorithm.namedCurve) {
        case 'P-256':
            return 'ES256';
        case 'P-384':
            return 'ES384';
        case 'P-521':
            return 'ES512';
        default:
            throw new UnsupportedOperationError('unsupported EcKeyAlgorithm namedCurve', { cause: key });
    }
}
function keyToJws(key) {
    switch (key.algorithm.name) {
        case 'RSA-PSS':
            return psAlg(key);
        case 'RSASSA-PKCS1-v1_5':
            return rsAlg(key);
        case 'ECDSA':
            return esAlg(key);
        case 'Ed25519':
        case 'ML-DSA-44':
        case 'ML-DSA-65':
        case 'ML-DSA-87':
            return key.algorithm.name;
        case 'EdDSA':
            return 'Ed25519';
        default:
            throw new UnsupportedOperationError('unsupported CryptoKey algorithm name', { cause: key });
    }
}
function getClockSkew(client) {
    const skew = client?.[clockSkew];
    return typeof skew === 'number' && Number.isFinite(skew) ? skew : 0;
}
function getClockTolerance(client) {
    const tolerance = client?.[clockTolerance];
    return typeof tolerance === 'number' && Number.isFinite(tolerance) && Math.sign(tolerance) !== -1
        ? tolerance
        : 30;
}
function epochTime() {
    return Math.floor(Date.now() / 1000);
}
function assertAs(as) {
    if (typeof as !== 'object' || as === null) {
        throw CodedTypeError('"as" must be an object', ERR_INVALID_ARG_TYPE);
    }
    assertString(as.issuer, '"as.issuer"');
}
function assertClient(client) {
    if (typeof client !== 'object' || client === null) {
        throw CodedTypeError('"client" must be an object', ERR_INVALID_ARG_TYPE);
    }
    assertString(client.client_id, '"client.client_id"');
}
function formUrlEncode(token) {
    return encodeURIComponent(token).replace(/(?:[-_.!~*'()]|%20)/g, (substring) => {
        switch (substring) {
            case '-':
            case '_':
            case '.':
            case '!':
            case '~':
            case '*':
            case "'":
            case '(':
            case ')':
                return `%${substring.charCodeAt(0).toString(16).toUpperCase()}`;
            case '%20':
                return '+';
            default:
                throw new Error();
        }
    });
}
function ClientSecretPost(clientSecret) {
    assertString(clientSecret, '"clientSecret"');
    return (_as, client, body, _headers) => {
        body.set('client_id', client.client_id);
        body.set('client_secret', clientSecret);
    };
}
function ClientSecretBasic(clientSecret) {
    assertString(clientSecret, '"clientSecret"');
    return (_as, client, _body, headers) => {
        const username = formUrlEncode(client.client_id);
        const password = formUrlEncode(clientSecret);
        const credentials = btoa(`${username}:${password}`);
        headers.set('authorization', `Basic ${credentials}`);
    };
}
function clientAssertionPayload(as, client) {
    const now = epochTime() + getClockSkew(client);
    return {
        jti: randomBytes(),
        aud: as.issuer,
        exp: now + 60,
        iat: now,
        nbf: now,
        iss: client.client_id,
        sub: client.client_id,
    };
}
function PrivateKeyJwt(clientPrivateKey, options) {
    const { key, kid } = getKeyAndKid(clientPrivateKey);
    assertPrivateKey(key, '"clientPrivateKey.key"');
    return async (as, client, body, _headers) => {
        const header = { alg: keyToJws(key), kid };
        const payload = clientAssertionPayload(as, client);
        options?.[modifyAssertion]?.(header, payload);
        body.set('client_id', client.client_id);
        body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
        body.set('client_assertion', await signJwt(header, payload, key));
    };
}
function ClientSecretJwt(clientSecret, options) {
    assertString(clientSecret, '"clientSecret"');
    const modify = options?.[modifyAssertion];
    let key;
    return async (as, client, body, _headers) => {
        key ||= await crypto.subtle.importKey('raw', buf(clientSecret), { hash: 'SHA-256', name: 'HMAC' }, false, ['sign']);
        const header = { alg: 'HS256' };
        const payload = clientAssertionPayload(as, client);
        modify?.(header, payload);
        const data = `${b64u(buf(JSON.stringify(header)))}.${b64u(buf(JSON.stringify(payload)))}`;
        const hmac = await crypto.subtle.sign(key.algorithm, key, buf(data));
        body.set('client_id', client.client_id);
        body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
        body.set('client_assertion', `${data}.${b64u(new Uint8Array(hmac))}`);
    };
}
function None() {
    return (_as, client, body, _headers) => {
        body.set('client_id', client.client_id);
    };
}
function TlsClientAuth() {
    return None();
}
async function signJwt(header, payload, key) {
    if (!key.usages.includes('sign')) {
        throw CodedTypeError('CryptoKey instances used for signing assertions must include "sign" in their "usages"', ERR_INVALID_ARG_VALUE);
    }
    const input = `${b64u(buf(JSON.stringify(header)))}.${b64u(buf(JSON.stringify(payload)))}`;
    const signature = b64u(await crypto.subtle.sign(keyToSubtle(key), key, buf(input)));
    return `${input}.${signature}`;
}
async function issueRequestObject(as, client, parameters, privateKey, options) {
    assertAs(as);
    assertClient(client);
    parameters = new URLSearchParams(parameters);
    const { key, kid } = getKeyAndKid(privateKey);
    assertPrivateKey(key, '"privateKey.key"');
    parameters.set('client_id', client.client_id);
    const now = epochTime() + getClockSkew(client);
    const claims = {
        ...Object.fromEntries(parameters.entries()),
        jti: randomBytes(),
        aud: as.issuer,
        exp: now + 60,
        iat: now,
        nbf: now,
        iss: client.client_id,
    };
    let resource;
    if (parameters.has('resource') &&
        (resource = parameters.getAll('resource')) &&
        resource.length > 1) {
        claims.resource = resource;
    }
    {
        let value = parameters.get('max_age');
        if (value !== null) {
            claims.max_age = parseInt(value, 10);
            assertNumber(claims.max_age, true, '"max_age" parameter');
        }
    }
    {
        let value = parameters.get('claims');
        if (value !== null) {
            try {
                claims.claims = JSON.parse(value);
            }
            catch (cause) {
                throw OPE('failed to parse the "claims" parameter as JSON', PARSE_ERROR, cause);
            }
            if (!isJsonObject(claims.claims)) {
                throw CodedTypeError('"claims" parameter must be a JSON with a top level object', ERR_INVALID_ARG_VALUE);
            }
        }
    }
    {
        let value = parameters.get('authorization_details');
        if (value !== null) {
            try {
                claims.authorization_details = JSON.parse(value);
            }
            catch (cause) {
                throw OPE('failed to parse the "authorization_details" parameter as JSON', PARSE_ERROR, cause);
            }
            if (!Array.isArray(claims.authorization_details)) {
                throw CodedTypeError('"authorization_details" parameter must be a JSON with a top level array', ERR_INVALID_ARG_VALUE);
            }
        }
    }
    const header = {
        alg: keyToJws(key),
        typ: 'oauth-authz-req+jwt',
        kid,
    };
    options?.[modifyAssertion]?.(header, claims);
    return signJwt(header, claims, key);
}
let jwkCache;
async function getSetPublicJwkCache(key, alg) {
    const { kty, e, n, x, y, crv, pub } = await crypto.subtle.exportKey('jwk', key);
    const jwk = { kty, e, n, x, y, crv, pub };
    if (kty === 'AKP')
        jwk.alg = alg;
    jwkCache.set(key, jwk);
    return jwk;
}
async function publicJwk(key, alg) {
    jwkCache ||= new WeakMap();
    return jwkCache.get(key) || getSetPublicJwkCache(key, alg);
}
const URLParse = URL.parse
    ?
        (url, base) => URL.parse(url, base)
    : (url, base) => {
        try {
            return new URL(url, base);
        }
        catch {
            return null;
        }
    };
function checkProtocol(url, enforceHttps) {
    if (enforceHttps && url.protocol !== 'https:') {
        throw OPE('only requests to HTTPS are allowed', HTTP_REQUEST_FORBIDDEN, url);
    }
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
        throw OPE('only HTTP and HTTPS requests are allowed', REQUEST_PROTOCOL_FORBIDDEN, url);
    }
}
function validateEndpoint(value, endpoint, useMtlsAlias, enforceHttps) {
    let url;
    if (typeof value !== 'string' || !(url = URLParse(value))) {
        throw OPE(`authorization server metadata does not contain a valid ${useMtlsAlias ? `"as.mtls_endpoint_aliases.${endpoint}"` : `"as.${endpoint}"`}`, value === undefined ? MISSING_SERVER_METADATA : INVALID_SERVER_METADATA, { attribute: useMtlsAlias ? `mtls_endpoint_aliases.${endpoint}` : endpoint });
    }
    checkProtocol(url, enforceHttps);
    return url;
}
function resolveEndpoint(as, endpoint, useMtlsAlias, enforceHttps) {
    if (useMtlsAlias && as.mtls_endpoint_aliases && endpoint in as.mtls_endpoint_aliases) {
        return validateEndpoint(as.mtls_endpoint_aliases[endpoint], endpoint, useMtlsAlias, enforceHttps);
    }
    return validateEndpoint(as[endpoint], endpoint, useMtlsAlias, enforceHttps);
}
async function pushedAuthorizationRequest(as, client, clientAuthentication, parameters, options) {
    assertAs(as);
    assertClient(client);
    const url = resolveEndpoint(as, 'pushed_authorization_request_endpoint', client.use_mtls_endpoint_aliases, options?.[allowInsecureRequests] !== true);
    const body = new URLSearchParams(parameters);
    body.set('client_id', client.client_id);
    const headers = prepareHeaders(options?.headers);
    headers.set('accept', 'application/json');
    if (options?.DPoP !== undefined) {
        assertDPoP(options.DPoP);
        await options.DPoP.addProof(url, headers, 'POST');
    }
    const response = await authenticatedRequest(as, client, clientAuthentication, url, body, headers, options);
    options?.DPoP?.cacheNonce(response, url);
    return response;
}
class DPoPHandler {
    #header;
    #privateKey;
    #publicKey;
    #clockSkew;
    #modifyAssertion;
    #map;
    #jkt;
    constructor(client, keyPair, options) {
        assertPrivateKey(keyPair?.privateKey, '"DPoP.privateKey"');
        assertPublicKey(keyPair?.publicKey, '"DPoP.publicKey"');
        if (!keyPair.publicKey.extractable) {
            throw CodedTypeError('"DPoP.publicKey.extractable" must be true', ERR_INVALID_ARG_VALUE);
        }
        this.#modifyAssertion = options?.[modifyAssertion];
        this.#clockSkew = getClockSkew(client);
        this.#privateKey = keyPair.privateKey;
        this.#publicKey = keyPair.publicKey;
        branded.add(this);
    }
    #get(key) {
        this.#map ||= new Map();
        let item = this.#map.get(key);
        if (item) {
            this.#map.delete(key);
            this.#map.set(key, item);
        }
        return item;
    }
    #set(key, val) {
        this.#map ||= new Map();
        this.#map.delete(key);
        if (this.#map.size === 100) {
            this.#map.delete(this.#map.keys().next().value);
        }
        this.#map.set(key, val);
    }
    async calculateThumbprint() {
        if (!this.#jkt) {
            const jwk = await crypto.subtle.exportKey('jwk', this.#publicKey);
            this.#jkt ||= await calculateJwkThumbprint(jwk);
        }
        return this.#jkt;
    }
    async addProof(url, headers, htm, accessToken) {
        const alg = keyToJws(this.#privateKey);
        this.#header ||= {
            alg,
            typ: 'dpop+jwt',
            jwk: await publicJwk(this.#publicKey, alg),
        };
        const nonce = this.#get(url.origin);
        const now = epochTime() + this.#clockSkew;
        const payload = {
            iat: now,
            jti: randomBytes(),
            htm,
            nonce,
            htu: `${url.origin}${url.pathname}`,
            ath: accessToken
                ? b64u(await crypto.subtle.digest('SHA-256', buf(accessToken)))
                : undefined,
        };
        this.#modifyAssertion?.(this.#header, payload);
        headers.set('dpop', await signJwt(this.#header, payload, this.#privateKey));
    }
    cacheNonce(response, url) {
        try {
            const nonce = response.headers.get('dpop-nonce');
            if (nonce) {
                this.#set(url.origin, nonce);
            }
        }
        catch { }
    }
}
function isDPoPNonceError(err) {
    if (err instanceof WWWAuthenticateChallengeError) {
        return err.cause.some((challenge) => challenge.scheme === 'dpop' && challenge.parameters.error === 'use_dpop_nonce');
    }
    if (err instanceof ResponseBodyError) {
        return err.error === 'use_dpop_nonce';
    }
    return false;
}
function DPoP(client, keyPair, options) {
    return new DPoPHandler(client, keyPair, options);
}
class ResponseBodyError extends Error {
    cause;
    code;
    error;
    status;
    error_description;
    response;
    constructor(message, options) {
        super(message, options);
        this.name = this.constructor.name;
        this.code = RESPONSE_BODY_ERROR;
        this.cause = options.cause;
        this.error = options.cause.error;
        this.status = options.response.status;
        this.error_description = options.cause.error_description;
        Object.defineProperty(this, 'response', { enumerable: false, value: options.response });
        Error.captureStackTrace?.(this, this.constructor);
    }
}
class AuthorizationResponseError extends Error {
    cause;
    code;
    error;
    error_description;
    constructor(message, options) {
        super(message, options);
        this.name = this.constructor.name;
        this.code = AUTHORIZATION_RESPONSE_ERROR;
        this.cause = options.cause;
        this.error = options.cause.get('error');
        this.error_description = options.cause.get('error_description') ?? undefined;
        Error.captureStackTrace?.(this, this.constructor);
    }
}
class WWWAuthenticateChallengeError extends Error {
    cause;
    code;
    response;
    status;
    constructor(message, options) {
        super(message, options);
        this.name = this.constructor.name;
        this.code = WWW_AUTHENTICATE_CHALLENGE;
        this.cause = options.cause;
        this.status = options.response.status;
        this.response = options.response;
        Object.defineProperty(this, 'response', { enumerable: false });
        Error.captureStackTrace?.(this, this.constructor);
    }
}
const tokenMatch = "[a-zA-Z0-9!#$%&\\'\\*\\+\\-\\.\\^_`\\|~]+";
const token68Match = '[a-zA-Z0-9\\-\\._\\~\\+\\/]+={0,2}';
const quotedMatch = '"((?:[^"\\\\]|\\\\[\\s\\S])*)"';
const quotedParamMatcher = '(' + tokenMatch + ')\\s*=\\s*' + quotedMatch;
const paramMatcher = '(' + tokenMatch + ')\\s*=\\s*(' + tokenMatch + ')';
const schemeRE = new RegExp('^[,\\s]*(' + tokenMatch + ')');
const quotedParamRE = new RegExp('^[,\\s]*' + quotedParamMatcher + '[,\\s]*(.*)');
const unquotedParamRE = new RegExp('^[,\\s]*' + paramMatcher + '[,\\s]*(.*)');
const token68ParamRE = new RegExp('^(' + token68Match + ')(?:$|[,\\s])(.*)');
function parseWwwAuthenticateChallenges(response) {
    if (!looseInstanceOf(response, Response)) {
        throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    const header = response.headers.get('www-authenticate');
    if (header === null) {
        return undefined;
    }
    const challenges = [];
    let rest = header;
    while (rest) {
        let match = rest.match(schemeRE);
        const scheme = match?.['1'].toLowerCase();
        if (!scheme) {
            return undefined;
        }
        const afterScheme = rest.substring(match[0].length);
        if (afterScheme && !afterScheme.match(/^[\s,]/)) {
            return undefined;
        }
        const spaceMatch = afterScheme.match(/^\s+(.*)$/);
        const hasParameters = !!spaceMatch;
        rest = spaceMatch ? spaceMatch[1] : undefined;
        const parameters = {};
        let token68;
        if (hasParameters) {
            while (rest) {
                let key;
                let value;
                if ((match = rest.match(quotedParamRE))) {
                    ;
                    [, key, value, rest] = match;
                    if (value.includes('\\')) {
                        value = value.replace(/\\([\s\S])/g, '$1');
                    }
                    parameters[key.toLowerCase()] = value;
                    continue;
                }
                if ((match = rest.match(unquotedParamRE))) {
                    ;
                    [, key, value, rest] = match;
                    parameters[key.toLowerCase()] = value;
                    continue;
                }
                if ((match = rest.match(token68ParamRE))) {
                    if (Object.keys(parameters).length) {
                        break;
                    }
                    ;
                    [, token68, rest] = match;
                    break;
                }
                return undefined;
            }
        }
        else {
            rest = afterScheme || undefined;
        }
        const challenge = { scheme, parameters };
        if (token68) {
            challenge.token68 = token68;
        }
        challenges.push(challenge);
    }
    if (!challenges.length) {
        return undefined;
    }
    return challenges;
}
async function processPushedAuthorizationResponse(as, client, response) {
    assertAs(as);
    assertClient(client);
    if (!looseInstanceOf(response, Response)) {
        throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    await checkOAuthBodyError(response, 201, 'Pushed Authorization Request Endpoint');
    assertReadableResponse(response);
    const json = await getResponseJsonBody(response);
    assertString(json.request_uri, '"response" body "request_uri" property', INVALID_RESPONSE, {
        body: json,
    });
    let expiresIn = typeof json.expires_in !== 'number' ? parseFloat(json.expires_in) : json.expires_in;
    assertNumber(expiresIn, true, '"response" body "expires_in" property', INVALID_RESPONSE, {
        body: json,
    });
    json.expires_in = expiresIn;
    return json;
}
async function parseOAuthResponseErrorBody(response) {
    if (response.status > 399 && response.status < 500) {
        assertReadableResponse(response);
        assertApplicationJson(response);
        try {
            const json = await response.clone().json();
            if (isJsonObject(json) && typeof json.error === 'string' && json.error.length) {
                return json;
            }
        }
        catch { }
    }
    return undefined;
}
async function checkOAuthBodyError(response, expected, label) {
    if (response.status !== expected) {
        checkAuthenticationChallenges(response);
        let err;
        if ((err = await parseOAuthResponseErrorBody(response))) {
            await response.body?.cancel();
            throw new ResponseBodyError('server responded with an error in the response body', {
                cause: err,
                response,
            });
        }
        throw OPE(`"response" is not a conform ${label} response (unexpected HTTP status code)`, RESPONSE_IS_NOT_CONFORM, response);
    }
}
function assertDPoP(option) {
    if (!branded.has(option)) {
        throw CodedTypeError('"options.DPoP" is not a valid DPoPHandle', ERR_INVALID_ARG_VALUE);
    }
}
async function resourceRequest(accessToken, method, url, headers, body, options) {
    assertString(accessToken, '"accessToken"');
    if (!(url instanceof URL)) {
        throw CodedTypeError('"url" must be an instance of URL', ERR_INVALID_ARG_TYPE);
    }
    checkProtocol(url, options?.[allowInsecureRequests] !== true);
    headers = prepareHeaders(headers);
    if (options?.DPoP) {
        assertDPoP(options.DPoP);
        await options.DPoP.addProof(url, headers, method.toUpperCase(), accessToken);
    }
    headers.set('authorization', `${headers.has('dpop') ? 'DPoP' : 'Bearer'} ${accessToken}`);
    const response = await (options?.[customFetch] || fetch)(url.href, {
        duplex: looseInstanceOf(body, ReadableStream) ? 'half' : undefined,
        body,
        headers: Object.fromEntries(headers.entries()),
        method,
        redirect: 'manual',
        signal: signal(url, options?.signal),
    });
    options?.DPoP?.cacheNonce(response, url);
    return response;
}
async function protectedResourceRequest(accessToken, method, url, headers, body, options) {
    const response = await resourceRequest(accessToken, method, url, headers, body, options);
    checkAuthenticationChallenges(response);
    return response;
}
async function userInfoRequest(as, client, accessToken, options) {
    assertAs(as);
    assertClient(client);
    const url = resolveEndpoint(as, 'userinfo_endpoint', client.use_mtls_endpoint_aliases, options?.[allowInsecureRequests] !== true);
    const headers = prepareHeaders(options?.headers);
    if (client.userinfo_signed_response_alg) {
        headers.set('accept', 'application/jwt');
    }
    else {
        headers.set('accept', 'application/json');
        headers.append('accept', 'application/jwt');
    }
    return resourceRequest(accessToken, 'GET', url, headers, null, {
        ...options,
        [clockSkew]: getClockSkew(client),
    });
}
let jwksMap;
let jwksRequests;
let jwksKeys;
function setJwksCache(as, jwks, uat, cache) {
    jwksMap ||= new WeakMap();
    jwksMap.set(as, {
        jwks,
        uat,
        get age() {
            return epochTime() - this.uat;
        },
    });
    if (cache) {
        Object.assign(cache, { jwks: structuredClone(jwks), uat });
    }
}
function isFreshJwksCache(input) {
    if (typeof input !== 'object' || input === null) {
        return false;
    }
    if (!('uat' in input) || typeof input.uat !== 'number' || epochTime() - input.uat >= 300) {
        return false;
    }
    if (!('jwks' in input) ||
        !isJsonObject(input.jwks) ||
        !Array.isArray(input.jwks.keys) ||
        !Array.prototype.every.call(input.jwks.keys, isJsonObject)) {
        return false;
    }
    return true;
}
function clearJwksCache(as, cache) {
    jwksMap?.delete(as);
    delete cache?.jwks;
    delete cache?.uat;
}
async function getPublicSigKeyFromIssuerJwksUri(as, options, header) {
    const { alg, kid } = header;
    checkSupportedJwsAlg(header);
    if (!jwksMap?.has(as) && isFreshJwksCache(options?.[jwksCache])) {
        setJwksCache(as, options?.[jwksCache].jwks, options?.[jwksCache].uat);
    }
    let jwks;
    let age;
    if (jwksMap?.has(as)) {
        ;
        ({ jwks, age } = jwksMap.get(as));
        if (age >= 300) {
            clearJwksCache(as, options?.[jwksCache]);
            return getPublicSigKeyFromIssuerJwksUri(as, options, header);
        }
    }
    else {
        const downloaded = await jwksRequest(as, options);
        jwks = downloaded.jwks;
        age = epochTime() - downloaded.uat;
        setJwksCache(as, jwks, downloaded.uat, options?.[jwksCache]);
    }
    let kty;
    switch (alg.slice(0, 2)) {
        case 'RS':
        case 'PS':
            kty = 'RSA';
            break;
        case 'ES':
            kty = 'EC';
            break;
        case 'Ed':
            kty = 'OKP';
            break;
        case 'ML':
            kty = 'AKP';
            break;
        default:
            throw new UnsupportedOperationError('unsupported JWS algorithm', { cause: { alg } });
    }
    const candidates = jwks.keys.filter((jwk) => {
        if (jwk.kty !== kty) {
            return false;
        }
        if (kid !== undefined && kid !== jwk.kid) {
            return false;
        }
        if (jwk.alg !== undefined && alg !== jwk.alg) {
            return false;
        }
        if (jwk.use !== undefined && jwk.use !== 'sig') {
            return false;
        }
        if (jwk.key_ops?.includes('verify') === false) {
            return false;
        }
        switch (true) {
            case alg === 'ES256' && jwk.crv !== 'P-256':
            case alg === 'ES384' && jwk.crv !== 'P-384':
            case alg === 'ES512' && jwk.crv !== 'P-521':
            case alg === 'Ed25519' && jwk.crv !== 'Ed25519':
            case alg === 'EdDSA' && jwk.crv !== 'Ed25519':
                return false;
        }
        return true;
    });
    const { 0: jwk, length } = candidates;
    if (!length) {
        if (age >= 60) {
            clearJwksCache(as, options?.[jwksCache]);
            return getPublicSigKeyFromIssuerJwksUri(as, options, header);
        }
        throw OPE('error when selecting a JWT verification key, no applicable keys found', KEY_SELECTION, { header, candidates, jwks_uri: new URL(as.jwks_uri) });
    }
    if (length !== 1) {
        throw OPE('error when selecting a JWT verification key, multiple applicable keys found, a "kid" JWT Header Parameter is required', KEY_SELECTION, { header, candidates, jwks_uri: new URL(as.jwks_uri) });
    }
    jwksKeys ||= new WeakMap();
    let keys = jwksKeys.get(jwk);
    if (!keys) {
        keys = new Map();
        jwksKeys.set(jwk, keys);
    }
    let key = keys.get(alg);
    if (!key) {
        key = importJwk(alg, jwk).catch((cause) => {
            keys.delete(alg);
            throw cause;
        });
        keys.set(alg, key);
    }
    return key;
}
const skipSubjectCheck = Symbol();
function getContentType(input) {
    return input.headers.get('content-type')?.split(';')[0];
}
async function processUserInfoResponse(as, client, expectedSubject, response, options) {
    assertAs(as);
    assertClient(client);
    if (!looseInstanceOf(response, Response)) {
        throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    checkAuthenticationChallenges(response);
    if (response.status !== 200) {
        throw OPE('"response" is not a conform UserInfo Endpoint response (unexpected HTTP status code)', RESPONSE_IS_NOT_CONFORM, response);
    }
    assertReadableResponse(response);
    let json;
    if (getContentType(response) === 'application/jwt') {
        const { claims, jwt } = await validateJwt(await response.text(), checkSigningAlgorithm.bind(undefined, client.userinfo_signed_response_alg, as.userinfo_signing_alg_values_supported, undefined), getClockSkew(client), getClockTolerance(client), options?.[jweDecrypt])
            .then(validateOptionalAudience.bind(undefined, client.client_id))
            .then(validateOptionalIssuer.bind(undefined, as));
        jwtRefs.set(response, jwt);
        json = claims;
    }
    else {
        if (client.userinfo_signed_response_alg) {
            throw OPE('JWT UserInfo Response expected', JWT_USERINFO_EXPECTED, response);
        }
        json = await getResponseJsonBody(response);
    }
    assertString(json.sub, '"response" body "sub" property', INVALID_RESPONSE, { body: json });
    switch (expectedSubject) {
        case skipSubjectCheck:
            break;
        default:
            assertString(expectedSubject, '"expectedSubject"');
            if (json.sub !== expectedSubject) {
                throw OPE('unexpected "response" body "sub" property value', JSON_ATTRIBUTE_COMPARISON, {
                    expected: expectedSubject,
                    body: json,
                    attribute: 'sub',
                });
            }
    }
    return json;
}
async function authenticatedRequest(as, client, clientAuthentication, url, body, headers, options) {
    await clientAuthentication(as, client, body, headers);
    headers.set('content-type', 'application/x-www-form-urlencoded;charset=UTF-8');
    return (options?.[customFetch] || fetch)(url.href, {
        body,
        headers: Object.fromEntries(headers.entries()),
        method: 'POST',
        redirect: 'manual',
        signal: signal(url, options?.signal),
    });
}
async function tokenEndpointRequest(as, client, clientAuthentication, grantType, parameters, options) {
    const url = resolveEndpoint(as, 'token_endpoint', client.use_mtls_endpoint_aliases, options?.[allowInsecureRequests] !== true);
    parameters.set('grant_type', grantType);
    const headers = prepareHeaders(options?.headers);
    headers.set('accept', 'application/json');
    if (options?.DPoP !== undefined) {
        assertDPoP(options.DPoP);
        await options.DPoP.addProof(url, headers, 'POST');
    }
    const response = await authenticatedRequest(as, client, clientAuthentication, url, parameters, headers, options);
    options?.DPoP?.cacheNonce(response, url);
    return response;
}
async function refreshTokenGrantRequest(as, client, clientAuthentication, refreshToken, options) {
    assertAs(as);
    assertClient(client);
    assertString(refreshToken, '"refreshToken"');
    const parameters = new URLSearchParams(options?.additionalParameters);
    parameters.set('refresh_token', refreshToken);
    return tokenEndpointRequest(as, client, clientAuthentication, 'refresh_token', parameters, options);
}
const idTokenClaims = new WeakMap();
const jwtRefs = new WeakMap();
function getValidatedIdTokenClaims(ref) {
    if (!ref.id_token) {
        return undefined;
    }
    const claims = idTokenClaims.get(ref);
    if (!claims) {
        throw CodedTypeError('"ref" was already garbage collected or did not resolve from the proper sources', ERR_INVALID_ARG_VALUE);
    }
    return claims;
}
async function validateApplicationLevelSignature(as, ref, options) {
    assertAs(as);
    if (!jwtRefs.has(ref)) {
        throw CodedTypeError('"ref" does not contain a processed JWT Response to verify the signature of', ERR_INVALID_ARG_VALUE);
    }
    const { 0: protectedHeader, 1: payload, 2: encodedSignature } = jwtRefs.get(ref).split('.');
    const header = JSON.parse(buf(b64u(protectedHeader)));
    if (header.alg.startsWith('HS')) {
        throw new UnsupportedOperationError('unsupported JWS algorithm', { cause: { alg: header.alg } });
    }
    let key;
    key = await getPublicSigKeyFromIssuerJwksUri(as, options, header);
    await validateJwsSignature(protectedHeader, payload, key, b64u(encodedSignature));
}
async function processGenericAccessTokenResponse(as, client, response, additionalRequiredIdTokenClaims, decryptFn, recognizedTokenTypes) {
    assertAs(as);
    assertClient(client);
    if (!looseInstanceOf(response, Response)) {
        throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    await checkOAuthBodyError(response, 200, 'Token Endpoint');
    assertReadableResponse(response);
    const json = await getResponseJsonBody(response);
    assertString(json.access_token, '"response" body "access_token" property', INVALID_RESPONSE, {
        body: json,
    });
    assertString(json.token_type, '"response" body "token_type" property', INVALID_RESPONSE, {
        body: json,
    });
    json.token_type = json.token_type.toLowerCase();
    if (json.expires_in !== undefined) {
        let expiresIn = typeof json.expires_in !== 'number' ? parseFloat(json.expires_in) : json.expires_in;
        assertNumber(expiresIn, true, '"response" body "expires_in" property', INVALID_RESPONSE, {
            body: json,
        });
        json.expires_in = expiresIn;
    }
    if (json.refresh_token !== undefined) {
        assertString(json.refresh_token, '"response" body "refresh_token" property', INVALID_RESPONSE, {
            body: json,
        });
    }
    if (json.scope !== undefined && typeof json.scope !== 'string') {
        throw OPE('"response" body "scope" property must be a string', INVALID_RESPONSE, { body: json });
    }
    if (json.id_token !== undefined) {
        assertString(json.id_token, '"response" body "id_token" property', INVALID_RESPONSE, {
            body: json,
        });
        const requiredClaims = [];
        if (client.require_auth_time === true) {
            requiredClaims.push('auth_time');
        }
        if (client.default_max_age !== undefined) {
            assertNumber(client.default_max_age, true, '"client.default_max_age"');
            requiredClaims.push('auth_time');
        }
        if (additionalRequiredIdTokenClaims?.length) {
            requiredClaims.push(...additionalRequiredIdTokenClaims);
        }
        const { claims, jwt } = await validateIdTokenClaims(as, client, json.id_token, requiredClaims, decryptFn);
        validateIdTokenAuthorizedParty(client, claims);
        validateIdTokenAuthTimeClaim(claims);
        jwtRefs.set(response, jwt);
        idTokenClaims.set(json, claims);
    }
    if (recognizedTokenTypes?.[json.token_type] !== undefined) {
        recognizedTokenTypes[json.token_type](response, json);
    }
    else if (json.token_type !== 'dpop' && json.token_type !== 'bearer') {
        throw new UnsupportedOperationError('unsupported `token_type` value', { cause: { body: json } });
    }
    return json;
}
function checkAuthenticationChallenges(response) {
    let challenges;
    if ((challenges = parseWwwAuthenticateChallenges(response))) {
        throw new WWWAuthenticateChallengeError('server responded with a challenge in the WWW-Authenticate HTTP Header', { cause: challenges, response });
    }
}
async function processRefreshTokenResponse(as, client, response, options) {
    return processGenericAccessTokenResponse(as, client, response, undefined, options?.[jweDecrypt], options?.recognizedTokenTypes);
}
function validateOptionalAudience(expected, result) {
    if (result.claims.aud !== undefined) {
        return validateAudience(expected, result);
    }
    return result;
}
function validateAudience(expected, result) {
    if (Array.isArray(result.claims.aud)) {
        if (!result.claims.aud.includes(expected)) {
            throw OPE('unexpected JWT "aud" (audience) claim value', JWT_CLAIM_COMPARISON, {
                expected,
                claims: result.claims,
                claim: 'aud',
            });
        }
    }
    else if (result.claims.aud !== expected) {
        throw OPE('unexpected JWT "aud" (audience) claim value', JWT_CLAIM_COMPARISON, {
            expected,
            claims: result.claims,
            claim: 'aud',
        });
    }
    return result;
}
function validateOptionalIssuer(as, result) {
    if (result.claims.iss !== undefined) {
        return validateIssuer(as, result);
    }
    return result;
}
function validateIssuer(as, result) {
    const expected = as[_expectedIssuer]?.(result) ?? as.issuer;
    if (result.claims.iss !== expected) {
        throw OPE('unexpected JWT "iss" (issuer) claim value', JWT_CLAIM_COMPARISON, {
            expected,
            claims: result.claims,
            claim: 'iss',
        });
    }
    return result;
}
const branded = new WeakSet();
function brand(searchParams) {
    branded.add(searchParams);
    return searchParams;
}
const nopkce = Symbol();
async function authorizationCodeGrantRequest(as, client, clientAuthentication, callbackParameters, redirectUri, codeVerifier, options) {
    assertAs(as);
    assertClient(client);
    if (!branded.has(callbackParameters)) {
        throw CodedTypeError('"callbackParameters" must be an instance of URLSearchParams obtained from "validateAuthResponse()", or "validateJwtAuthResponse()', ERR_INVALID_ARG_VALUE);
    }
    assertString(redirectUri, '"redirectUri"');
    const code = getURLSearchParameter(callbackParameters, 'code');
    if (!code) {
        throw OPE('no authorization code in "callbackParameters"', INVALID_RESPONSE);
    }
    const parameters = new URLSearchParams(options?.additionalParameters);
    parameters.set('redirect_uri', redirectUri);
    parameters.set('code', code);
    if (codeVerifier !== nopkce) {
        assertString(codeVerifier, '"codeVerifier"');
        parameters.set('code_verifier', codeVerifier);
    }
    return tokenEndpointRequest(as, client, clientAuthentication, 'authorization_code', parameters, options);
}
const jwtClaimNames = {
    aud: 'audience',
    c_hash: 'code hash',
    client_id: 'client id',
    exp: 'expiration time',
    iat: 'issued at',
    iss: 'issuer',
    jti: 'jwt id',
    nonce: 'nonce',
    s_hash: 'state hash',
    sub: 'subject',
    ath: 'access token hash',
    htm: 'http method',
    htu: 'http uri',
    cnf: 'confirmation',
    auth_time: 'authentication time',
};
function validatePresence(required, result) {
    for (const claim of required) {
        if (result.claims[claim] === undefined) {
            throw OPE(`JWT "${claim}" (${jwtClaimNames[claim]}) claim missing`, INVALID_RESPONSE, {
                claims: result.claims,
            });
        }
    }
    return result;
}
function validateStringClaim(claim, result) {
    if (typeof result.claims[claim] !== 'string') {
        throw OPE(`unexpected JWT "${claim}" (${jwtClaimNames[claim]}) claim type`, INVALID_RESPONSE, {
            claims: result.claims,
        });
    }
    return result;
}
function validateIdTokenClaims(as, client, idToken, requiredClaims, decryptFn) {
    return validateJwt(idToken, checkSigningAlgorithm.bind(undefined, client.id_token_signed_response_alg, as.id_token_signing_alg_values_supported, 'RS256'), getClockSkew(client), getClockTolerance(client), decryptFn)
        .then(validatePresence.bind(undefined, ['aud', 'exp', 'iat', 'iss', 'sub', ...requiredClaims]))
        .then(validateIssuer.bind(undefined, as))
        .then(validateAudience.bind(undefined, client.client_id))
        .then(validateStringClaim.bind(undefined, 'sub'));
}
function resolveIdTokenMaxAge(client, maxAge) {
    if (maxAge === skipAuthTimeCheck) {
        return maxAge;
    }
    const fromClient = maxAge === undefined;
    if (fromClient) {
        maxAge = client.default_max_age;
    }
    if (maxAge === undefined) {
        return skipAuthTimeCheck;
    }
    assertNumber(maxAge, true, fromClient ? '"client.default_max_age"' : '"maxAge" argument');
    return maxAge;
}
function validateIdTokenAuthTimeClaim(claims) {
    if (claims.auth_time !== undefined) {
        assertNumber(claims.auth_time, true, 'ID Token "auth_time" (authentication time)', INVALID_RESPONSE, { claims });
    }
}
function validateIdTokenAuthTime(client, claims, maxAge) {
    if (maxAge === skipAuthTimeCheck) {
        return;
    }
    const now = epochTime() + getClockSkew(client);
    const tolerance = getClockTolerance(client);
    if (claims.auth_time + maxAge < now - tolerance) {
        throw OPE('too much time has elapsed since the last End-User authentication', JWT_TIMESTAMP_CHECK, { claims, now, tolerance, claim: 'auth_time' });
    }
}
function validateIdTokenNonce(claims, expectedNonce) {
    const expected = expectedNonce === expectNoNonce ? undefined : expectedNonce;
    if (claims.nonce !== expected) {
        throw OPE('unexpected ID Token "nonce" claim value', JWT_CLAIM_COMPARISON, {
            expected,
            claims,
            claim: 'nonce',
        });
    }
}
function validateIdTokenAuthorizedParty(client, claims) {
    if (Array.isArray(claims.aud) && claims.aud.length !== 1) {
        if (claims.azp === undefined) {
            throw OPE('ID Token "aud" (audience) claim includes additional untrusted audiences', JWT_CLAIM_COMPARISON, { claims, claim: 'aud' });
        }
        if (claims.azp !== client.client_id) {
            throw OPE('unexpected ID Token "azp" (authorized party) claim value', JWT_CLAIM_COMPARISON, {
                expected: client.client_id,
                claims,
                claim: 'azp',
            });
        }
    }
}
const expectNoNonce = Symbol();
const skipAuthTimeCheck = Symbol();
async function processAuthorizationCodeResponse(as, client, response, options) {
    if (typeof options?.expectedNonce === 'string' ||
        typeof options?.maxAge === 'number' ||
        options?.requireIdToken) {
        return processAuthorizationCodeOpenIDResponse(as, client, response, options.expectedNonce, options.maxAge, options[jweDecrypt], options.recognizedTokenTypes);
    }
    return processAuthorizationCodeOAuth2Response(as, client, response, options?.maxAge, options?.[jweDecrypt], options?.recognizedTokenTypes);
}
async function processAuthorizationCodeOpenIDResponse(as, client, response, expectedNonce, maxAge, decryptFn, recognizedTokenTypes) {
    const additionalRequiredClaims = [];
    switch (expectedNonce) {
        case undefined:
            expectedNonce = expectNoNonce;
            break;
        case expectNoNonce:
            break;
        default:
            assertString(expectedNonce, '"expectedNonce" argument');
            additionalRequiredClaims.push('nonce');
    }
    maxAge = resolveIdTokenMaxAge(client, maxAge);
    if (maxAge !== skipAuthTimeCheck) {
        additionalRequiredClaims.push('auth_time');
    }
    const result = await processGenericAccessTokenResponse(as, client, response, additionalRequiredClaims, decryptFn, recognizedTokenTypes);
    assertString(result.id_token, '"response" body "id_token" property', INVALID_RESPONSE, {
        body: result,
    });
    const claims = getValidatedIdTokenClaims(result);
    validateIdTokenAuthTime(client, claims, maxAge);
    validateIdTokenNonce(claims, expectedNonce);
    return result;
}
async function processAuthorizationCodeOAuth2Response(as, client, response, maxAge, decryptFn, recognizedTokenTypes) {
    const result = await processGenericAccessTokenResponse(as, client, response, undefined, decryptFn, recognizedTokenTypes);
    const claims = getValidatedIdTokenClaims(result);
    if (claims) {
        validateIdTokenAuthTime(client, claims, resolveIdTokenMaxAge(client, maxAge));
        validateIdTokenNonce(claims, expectNoNonce);
    }
    return result;
}
const WWW_AUTHENTICATE_CHALLENGE = 'OAUTH_WWW_AUTHENTICATE_CHALLENGE';
const RESPONSE_BODY_ERROR = 'OAUTH_RESPONSE_BODY_ERROR';
const UNSUPPORTED_OPERATION = 'OAUTH_UNSUPPORTED_OPERATION';
const AUTHORIZATION_RESPONSE_ERROR = 'OAUTH_AUTHORIZATION_RESPONSE_ERROR';
const JWT_USERINFO_EXPECTED = 'OAUTH_JWT_USERINFO_EXPECTED';
const PARSE_ERROR = 'OAUTH_PARSE_ERROR';
const INVALID_RESPONSE = 'OAUTH_INVALID_RESPONSE';
const INVALID_REQUEST = 'OAUTH_INVALID_REQUEST';
const RESPONSE_IS_NOT_JSON = 'OAUTH_RESPONSE_IS_NOT_JSON';
const RESPONSE_IS_NOT_CONFORM = 'OAUTH_RESPONSE_IS_NOT_CONFORM';
const HTTP_REQUEST_FORBIDDEN = 'OAUTH_HTTP_REQUEST_FORBIDDEN';
const REQUEST_PROTOCOL_FORBIDDEN = 'OAUTH_REQUEST_PROTOCOL_FORBIDDEN';
const JWT_TIMESTAMP_CHECK = 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED';
const JWT_CLAIM_COMPARISON = 'OAUTH_JWT_CLAIM_COMPARISON_FAILED';
const JSON_ATTRIBUTE_COMPARISON = 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED';
const KEY_SELECTION = 'OAUTH_KEY_SELECTION_FAILED';
const MISSING_SERVER_METADATA = 'OAUTH_MISSING_SERVER_METADATA';
const INVALID_SERVER_METADATA = 'OAUTH_INVALID_SERVER_METADATA';
function checkJwtType(expected, result) {
    if (typeof result.header.typ !== 'string' || normalizeTyp(result.header.typ) !== expected) {
        throw OPE('unexpected JWT "typ" header parameter value', INVALID_RESPONSE, {
            header: result.header,
        });
    }
    return result;
}
async function clientCredentialsGrantRequest(as, client, clientAuthentication, parameters, options) {
    assertAs(as);
    assertClient(client);
    return tokenEndpointRequest(as, client, clientAuthentication, 'client_credentials', new URLSearchParams(parameters), options);
}
async function genericTokenEndpointRequest(as, client, clientAuthentication, grantType, parameters, options) {
    assertAs(as);
    assertClient(client);
    assertString(grantType, '"grantType"');
    return tokenEndpointRequest(as, client, clientAuthentication, grantType, new URLSearchParams(parameters), options);
}
async function processGenericTokenEndpointResponse(as, client, response, options) {
    return processGenericAccessTokenResponse(as, client, response, undefined, options?.[jweDecrypt], options?.recognizedTokenTypes);
}
async function processClientCredentialsResponse(as, client, response, options) {
    return processGenericAccessTokenResponse(as, client, response, undefined, options?.[jweDecrypt], options?.recognizedTokenTypes);
}
async function revocationRequest(as, client, clientAuthentication, token, options) {
    assertAs(as);
    assertClient(client);
    assertString(token, '"token"');
    const url = resolveEndpoint(as, 'revocation_endpoint', client.use_mtls_endpoint_aliases, options?.[allowInsecureRequests] !== true);
    const body = new URLSearchParams(options?.additionalParameters);
    body.set('token', token);
    const headers = prepareHeaders(options?.headers);
    headers.delete('accept');
    return authenticatedRequest(as, client, clientAuthentication, url, body, headers, options);
}
async function processRevocationResponse(response) {
    if (!looseInstanceOf(response, Response)) {
        throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    await checkOAuthBodyError(response, 200, 'Revocation Endpoint');
    return undefined;
}
function assertReadableResponse(response) {
    if (response.bodyUsed) {
        throw CodedTypeError('"response" body has been used already', ERR_INVALID_ARG_VALUE);
    }
}
async function introspectionRequest(as, client, clientAuthentication, token, options) {
    assertAs(as);
    assertClient(client);
    assertString(token, '"token"');
    const url = resolveEndpoint(as, 'introspection_endpoint', client.use_mtls_endpoint_aliases, options?.[allowInsecureRequests] !== true);
    const body = new URLSearchParams(options?.additionalParameters);
    body.set('token', token);
    const headers = prepareHeaders(options?.headers);
    if (options?.requestJwtResponse ?? client.introspection_signed_response_alg) {
        headers.set('accept', 'application/token-introspection+jwt');
    }
    else {
        headers.set('accept', 'application/json');
    }
    return authenticatedRequest(as, client, clientAuthentication, url, body, headers, options);
}
async function processIntrospectionResponse(as, client, response, options) {
    assertAs(as);
    assertClient(client);
    if (!looseInstanceOf(response, Response)) {
        throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    await checkOAuthBodyError(response, 200, 'Introspection Endpoint');
    let json;
    if (getContentType(response) === 'application/token-introspection+jwt') {
        assertReadableResponse(response);
        const { claims, jwt } = await validateJwt(await response.text(), checkSigningAlgorithm.bind(undefined, client.introspection_signed_response_alg, as.introspection_signing_alg_values_supported, 'RS256'), getClockSkew(client), getClockTolerance(client), options?.[jweDecrypt])
            .then(checkJwtType.bind(undefined, 'token-introspection+jwt'))
            .then(validatePresence.bind(undefined, ['aud', 'iat', 'iss']))
            .then(validateIssuer.bind(undefined, as))
            .then(validateAudience.bind(undefined, client.client_id));
        jwtRefs.set(response, jwt);
        if (!isJsonObject(claims.token_introspection)) {
            throw OPE('JWT "token_introspection" claim must be a JSON object', INVALID_RESPONSE, {
                claims,
            });
        }
        json = claims.token_introspection;
    }
    else {
        assertReadableResponse(response);
        json = await getResponseJsonBody(response);
    }
    if (typeof json.active !== 'boolean') {
        throw OPE('"response" body "active" property must be a boolean', INVALID_RESPONSE, {
            body: json,
        });
    }
    return json;
}
async function jwksRequest(as, options) {
    assertAs(as);
    const url = resolveEndpoint(as, 'jwks_uri', false, options?.[allowInsecureRequests] !== true);
    const headers = prepareHeaders(options?.headers);
    headers.set('accept', 'application/json');
    headers.append('accept', 'application/jwk-set+json');
    const requestHeaders = Object.fromEntries(headers.entries());
    const headersKey = JSON.stringify(requestHeaders);
    const fetcher = options?.[customFetch] || fetch;
    const requestSignal = signal(url, options?.signal);
    jwksRequests ||= new WeakMap();
    const requests = jwksRequests.get(as) ?? new Set();
    for (const pending of requests) {
        if (pending.url === url.href &&
            pending.headers === headersKey &&
            pending.fetch === fetcher &&
            pending.signal === requestSignal) {
            return pending.promise;
        }
    }
    const pending = {
        url: url.href,
        headers: headersKey,
        fetch: fetcher,
        signal: requestSignal,
        promise: Promise.resolve()
            .then(() => fetcher(url.href, {
            body: undefined,
            headers: requestHeaders,
            method: 'GET',
            redirect: 'manual',
            signal: requestSignal,
        }))
            .then(processJwksResponse)
            .then((jwks) => {
            const uat = epochTime();
            setJwksCache(as, jwks, uat);
            return { jwks, uat };
        })
            .finally(() => {
            requests.delete(pending);
            if (!requests.size) {
                jwksRequests.delete(as);
            }
        }),
    };
    requests.add(pending);
    jwksRequests.set(as, requests);
    return pending.promise;
}
async function processJwksResponse(response) {
    if (!looseInstanceOf(response, Response)) {
        throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    if (response.status !== 200) {
        throw OPE('"response" is not a conform JSON Web Key Set response (unexpected HTTP status code)', RESPONSE_IS_NOT_CONFORM, response);
    }
    assertReadableResponse(response);
    const json = await getResponseJsonBody(response, (response) => assertContentTypes(response, 'application/json', 'application/jwk-set+json'));
    if (!Array.isArray(json.keys)) {
        throw OPE('"response" body "keys" property must be an array', INVALID_RESPONSE, { body: json });
    }
    if (!Array.prototype.every.call(json.keys, isJsonObject)) {
        throw OPE('"response" body "keys" property members must be JWK formatted objects', INVALID_RESPONSE, { body: json });
    }
    return json;
}
function supported(alg) {
    switch (alg) {
        case 'PS256':
        case 'ES256':
        case 'RS256':
        case 'PS384':
        case 'ES384':
        case 'RS384':
        case 'PS512':
        case 'ES512':
        case 'RS512':
        case 'Ed25519':
        case 'EdDSA':
        case 'ML-DSA-44':
        case 'ML-DSA-65':
        case 'ML-DSA-87':
            return true;
        default:
            return false;
    }
}
function checkSupportedJwsAlg(header) {
    if (!supported(header.alg)) {
        throw new UnsupportedOperationError('unsupported JWS "alg" identifier', {
            cause: { alg: header.alg },
        });
    }
}
function checkRsaKeyAlgorithm(key) {
    const { algorithm } = key;
    if (typeof algorithm.modulusLength !== 'number' || algorithm.modulusLength < 2048) {
        throw new UnsupportedOperationError(`unsupported ${algorithm.name} modulusLength`, {
            cause: key,
        });
    }
}
function ecdsaHashName(key) {
    const { algorithm } = key;
    switch (algorithm.namedCurve) {
        case 'P-256':
            return 'SHA-256';
        case 'P-384':
            return 'SHA-384';
        case 'P-521':
            return 'SHA-512';
        default:
            throw new UnsupportedOperationError('unsupported ECDSA namedCurve', { cause: key });
    }
}
function keyToSubtle(key) {
    switch (key.algorithm.name) {
        case 'ECDSA':
            return {
                name: key.algorithm.name,
                hash: ecdsaHashName(key),
            };
        case 'RSA-PSS': {
            checkRsaKeyAlgorithm(key);
            switch (key.algorithm.hash.name) {
                case 'SHA-256':
                case 'SHA-384':
                case 'SHA-512':
                    return {
                        name: key.algorithm.name,
                        saltLength: parseInt(key.algorithm.hash.name.slice(-3), 10) >> 3,
                    };
                default:
                    throw new UnsupportedOperationError('unsupported RSA-PSS hash name', { cause: key });
            }
        }
        case 'RSASSA-PKCS1-v1_5':
            checkRsaKeyAlgorithm(key);
            return key.algorithm.name;
        case 'ML-DSA-44':
        case 'ML-DSA-65':
        case 'ML-DSA-87':
        case 'Ed25519':
            return key.algorithm.name;
    }
    throw new UnsupportedOperationError('unsupported CryptoKey algorithm name', { cause: key });
}
async function validateJwsSignature(protectedHeader, payload, key, signature) {
    const data = buf(`${protectedHeader}.${payload}`);
    const algorithm = keyToSubtle(key);
    const verified = await crypto.subtle.verify(algorithm, key, signature, data);
    if (!verified) {
        throw OPE('JWT signature verification failed', INVALID_RESPONSE, {
            key,
            data,
            signature,
            algorithm,
        });
    }
}
async function validateJwt(jws, checkAlg, clockSkew, clockTolerance, decryptJwt) {
    let { 0: protectedHeader, 1: payload, length } = jws.split('.');
    if (length === 5) {
        if (decryptJwt !== undefined) {
            jws = await decryptJwt(jws);
            ({ 0: protectedHeader, 1: payload, length } = jws.split('.'));
        }
        else {
            throw new UnsupportedOperationError('JWE decryption is not configured', { cause: jws });
        }
    }
    if (length !== 3) {
        throw OPE('Invalid JWT', INVALID_RESPONSE, jws);
    }
    let header;
    try {
        header = JSON.parse(buf(b64u(protectedHeader)));
    }
    catch (cause) {
        throw OPE('failed to parse JWT Header body as base64url encoded JSON', PARSE_ERROR, cause);
    }
    if (!isJsonObject(header)) {
        throw OPE('JWT Header must be a top level object', INVALID_RESPONSE, jws);
    }
    checkAlg(header);
    if (header.crit !== undefined) {
        throw new UnsupportedOperationError('no JWT "crit" header parameter extensions are supported', {
            cause: { header },
        });
    }
    let claims;
    try {
        claims = JSON.parse(buf(b64u(payload)));
    }
    catch (cause) {
        throw OPE('failed to parse JWT Payload body as base64url encoded JSON', PARSE_ERROR, cause);
    }
    if (!isJsonObject(claims)) {
        throw OPE('JWT Payload must be a top level object', INVALID_RESPONSE, jws);
    }
    const now = epochTime() + clockSkew;
    if (claims.exp !== undefined) {
        if (typeof claims.exp !== 'number') {
            throw OPE('unexpected JWT "exp" (expiration time) claim type', INVALID_RESPONSE, { claims });
        }
        if (claims.exp <= now - clockTolerance) {
            throw OPE('unexpected JWT "exp" (expiration time) claim value, expiration is past current timestamp', JWT_TIMESTAMP_CHECK, { claims, now, tolerance: clockTolerance, claim: 'exp' });
        }
    }
    if (claims.iat !== undefined) {
        if (typeof claims.iat !== 'number') {
            throw OPE('unexpected JWT "iat" (issued at) claim type', INVALID_RESPONSE, { claims });
        }
    }
    if (claims.iss !== undefined) {
        if (typeof claims.iss !== 'string') {
            throw OPE('unexpected JWT "iss" (issuer) claim type', INVALID_RESPONSE, { claims });
        }
    }
    if (claims.nbf !== undefined) {
        if (typeof claims.nbf !== 'number') {
            throw OPE('unexpected JWT "nbf" (not before) claim type', INVALID_RESPONSE, { claims });
        }
        if (claims.nbf > now + clockTolerance) {
            throw OPE('unexpected JWT "nbf" (not before) claim value', JWT_TIMESTAMP_CHECK, {
                claims,
                now,
                tolerance: clockTolerance,
                claim: 'nbf',
            });
        }
    }
    if (claims.aud !== undefined) {
        if (typeof claims.aud !== 'string' && !Array.isArray(claims.aud)) {
            throw OPE('unexpected JWT "aud" (audience) claim type', INVALID_RESPONSE, { claims });
        }
    }
    return { header, claims, jwt: jws };
}
async function validateJwtAuthResponse(as, client, parameters, expectedState, options) {
    assertAs(as);
    assertClient(client);
    if (parameters instanceof URL) {
        parameters = parameters.searchParams;
    }
    if (!(parameters instanceof URLSearchParams)) {
        throw CodedTypeError('"parameters" must be an instance of URLSearchParams, or URL', ERR_INVALID_ARG_TYPE);
    }
    const response = getURLSearchParameter(parameters, 'response');
    if (!response) {
        throw OPE('"parameters" does not contain a JARM response', INVALID_RESPONSE);
    }
    const { claims, header, jwt } = await validateJwt(response, checkSigningAlgorithm.bind(undefined, client.authorization_signed_response_alg, as.authorization_signing_alg_values_supported, 'RS256'), getClockSkew(client), getClockTolerance(client), options?.[jweDecrypt])
        .then(validatePresence.bind(undefined, ['aud', 'exp', 'iss']))
        .then(validateIssuer.bind(undefined, as))
        .then(validateAudience.bind(undefined, client.client_id));
    const { 0: protectedHeader, 1: payload, 2: encodedSignature } = jwt.split('.');
    const signature = b64u(encodedSignature);
    const key = await getPublicSigKeyFromIssuerJwksUri(as, options, header);
    await validateJwsSignature(protectedHeader, payload, key, signature);
    const result = new URLSearchParams();
    for (const [key, value] of Object.entries(claims)) {
        if (typeof value === 'string' && key !== 'aud') {
            result.set(key, value);
        }
    }
    return validateAuthResponse(as, client, result, expectedState);
}
async function idTokenHash(data, header, claimName) {
    let algorithm;
    switch (header.alg) {
        case 'RS256':
        case 'PS256':
        case 'ES256':
            algorithm = 'SHA-256';
            break;
        case 'RS384':
        case 'PS384':
        case 'ES384':
            algorithm = 'SHA-384';
            break;
        case 'RS512':
        case 'PS512':
        case 'ES512':
        case 'Ed25519':
        case 'EdDSA':
            algorithm = 'SHA-512';
            break;
        case 'ML-DSA-44':
        case 'ML-DSA-65':
        case 'ML-DSA-87':
            algorithm = { name: 'cSHAKE256', length: 512, outputLength: 512 };
            break;
        default:
            throw new UnsupportedOperationError(`unsupported JWS algorithm for ${claimName} calculation`, { cause: { alg: header.alg } });
    }
    const digest = await crypto.subtle.digest(algorithm, buf(data));
    return b64u(digest.slice(0, digest.byteLength / 2));
}
async function idTokenHashMatches(data, actual, header, claimName) {
    const expected = await idTokenHash(data, header, claimName);
    return actual === expected;
}
async function validateDetachedSignatureResponse(as, client, parameters, expectedNonce, expectedState, maxAge, options) {
    return validateHybridResponse(as, client, parameters, expectedNonce, expectedState, maxAge, options, true);
}
async function validateCodeIdTokenResponse(as, client, parameters, expectedNonce, expectedState, maxAge, options) {
    return validateHybridResponse(as, client, parameters, expectedNonce, expectedState, maxAge, options, false);
}
async function consumeStream(request) {
    if (request.bodyUsed) {
        throw CodedTypeError('form_post Request instances must contain a readable body', ERR_INVALID_ARG_VALUE, { cause: request });
    }
    return request.text();
}
async function formPostResponse(request) {
    if (request.method !== 'POST') {
        throw CodedTypeError('form_post responses are expected to use the POST method', ERR_INVALID_ARG_VALUE, { cause: request });
    }
    if (getContentType(request) !== 'application/x-www-form-urlencoded') {
        throw CodedTypeError('form_post responses are expected to use the application/x-www-form-urlencoded content-type', ERR_INVALID_ARG_VALUE, { cause: request });
    }
    return consumeStream(request);
}
async function validateHybridResponse(as, client, parameters, expectedNonce, expectedState, maxAge, options, fapi) {
    assertAs(as);
    assertClient(client);
    if (parameters instanceof URL) {
        if (!parameters.hash.length) {
            throw CodedTypeError('"parameters" as an instance of URL must contain a hash (fragment) with the Authorization Response parameters', ERR_INVALID_ARG_VALUE);
        }
        parameters = new URLSearchParams(parameters.hash.slice(1));
    }
    else if (looseInstanceOf(parameters, Request)) {
        parameters = new URLSearchParams(await formPostResponse(parameters));
    }
    else if (parameters instanceof URLSearchParams) {
        parameters = new URLSearchParams(parameters);
    }
    else {
        throw CodedTypeError('"parameters" must be an instance of URLSearchParams, URL, or Response', ERR_INVALID_ARG_TYPE);
    }
    const id_token = getURLSearchParameter(parameters, 'id_token');
    parameters.delete('id_token');
    switch (expectedState) {
        case undefined:
        case expectNoState:
            break;
        default:
            assertString(expectedState, '"expectedState" argument');
    }
    const result = validateAuthResponse({
        ...as,
        authorization_response_iss_parameter_supported: false,
    }, client, parameters, expectedState);
    if (!id_token) {
        throw OPE('"parameters" does not contain an ID Token', INVALID_RESPONSE);
    }
    const code = getURLSearchParameter(parameters, 'code');
    if (!code) {
        throw OPE('"parameters" does not contain an Authorization Code', INVALID_RESPONSE);
    }
    const requiredClaims = ['nonce', 'c_hash'];
    const state = parameters.get('state');
    if (fapi && (typeof expectedState === 'string' || state !== null)) {
        requiredClaims.push('s_hash');
    }
    maxAge = resolveIdTokenMaxAge(client, maxAge);
    if (client.require_auth_time || maxAge !== skipAuthTimeCheck) {
        requiredClaims.push('auth_time');
    }
    const { claims, header, jwt } = await validateIdTokenClaims(as, client, id_token, requiredClaims, options?.[jweDecrypt]);
    const clockSkew = getClockSkew(client);
    const now = epochTime() + clockSkew;
    if (claims.iat < now - 3600) {
        throw OPE('unexpected JWT "iat" (issued at) claim value, it is too far in the past', JWT_TIMESTAMP_CHECK, { now, claims, claim: 'iat' });
    }
    assertString(claims.c_hash, 'ID Token "c_hash" (code hash) claim value', INVALID_RESPONSE, {
        claims,
    });
    validateIdTokenAuthTimeClaim(claims);
    validateIdTokenAuthTime(client, claims, maxAge);
    assertString(expectedNonce, '"expectedNonce" argument');
    validateIdTokenNonce(claims, expectedNonce);
    validateIdTokenAuthorizedParty(client, claims);
    const { 0: protectedHeader, 1: payload, 2: encodedSignature } = jwt.split('.');
    const signature = b64u(encodedSignature);
    const key = await getPublicSigKeyFromIssuerJwksUri(as, options, header);
    await validateJwsSignature(protectedHeader, payload, key, signature);
    if ((await idTokenHashMatches(code, claims.c_hash, header, 'c_hash')) !== true) {
        throw OPE('invalid ID Token "c_hash" (code hash) claim value', JWT_CLAIM_COMPARISON, {
            code,
            alg: header.alg,
            claim: 'c_hash',
            claims,
        });
    }
    if ((fapi && state !== null) || claims.s_hash !== undefined) {
        assertString(claims.s_hash, 'ID Token "s_hash" (state hash) claim value', INVALID_RESPONSE, {
            claims,
        });
        assertString(state, '"state" response parameter', INVALID_RESPONSE, { parameters });
        if ((await idTokenHashMatches(state, claims.s_hash, header, 's_hash')) !== true) {
            throw OPE('invalid ID Token "s_hash" (state hash) claim value', JWT_CLAIM_COMPARISON, {
                state,
                alg: header.alg,
                claim: 's_hash',
                claims,
            });
        }
    }
    return result;
}
function checkSigningAlgorithm(client, issuer, fallback, header) {
    if (client !== undefined) {
        if (typeof client === 'string' ? header.alg !== client : !client.includes(header.alg)) {
            throw OPE('unexpected JWT "alg" header parameter', INVALID_RESPONSE, {
                header,
                expected: client,
                reason: 'client configuration',
            });
        }
        return;
    }
    if (Array.isArray(issuer)) {
        if (!issuer.includes(header.alg)) {
            throw OPE('unexpected JWT "alg" header parameter', INVALID_RESPONSE, {
                header,
                expected: issuer,
                reason: 'authorization server metadata',
            });
        }
        return;
    }
    if (fallback !== undefined) {
        if (typeof fallback === 'string'
            ? header.alg !== fallback
            : typeof fallback === 'function'
                ? !fallback(header.alg)
                : !fallback.includes(header.alg)) {
            throw OPE('unexpected JWT "alg" header parameter', INVALID_RESPONSE, {
                header,
                expected: fallback,
                reason: 'default value',
            });
        }
        return;
    }
    throw OPE('missing client or server configuration to verify used JWT "alg" header parameter', undefined, { client, issuer, fallback });
}
function getURLSearchParameter(parameters, name) {
    const { 0: value, length } = parameters.getAll(name);
    if (length > 1) {
        throw OPE(`"${name}" parameter must be provided only once`, INVALID_RESPONSE);
    }
    return value;
}
const skipStateCheck = Symbol();
const expectNoState = Symbol();
function validateAuthResponse(as, client, parameters, expectedState) {
    assertAs(as);
    assertClient(client);
    if (parameters instanceof URL) {
        parameters = parameters.searchParams;
    }
    if (!(parameters instanceof URLSearchParams)) {
        throw CodedTypeError('"parameters" must be an instance of URLSearchParams, or URL', ERR_INVALID_ARG_TYPE);
    }
    if (getURLSearchParameter(parameters, 'response')) {
        throw OPE('"parameters" contains a JARM response, use validateJwtAuthResponse() instead of validateAuthResponse()', INVALID_RESPONSE, { parameters });
    }
    const iss = getURLSearchParameter(parameters, 'iss');
    const state = getURLSearchParameter(parameters, 'state');
    if (!iss && as.authorization_response_iss_parameter_supported) {
        throw OPE('response parameter "iss" (issuer) missing', INVALID_RESPONSE, { parameters });
    }
    if (iss && iss !== as.issuer) {
        throw OPE('unexpected "iss" (issuer) response parameter value', INVALID_RESPONSE, {
            expected: as.issuer,
            parameters,
        });
    }
    switch (expectedState) {
        case undefined:
        case expectNoState:
            if (state !== undefined) {
                throw OPE('unexpected "state" response parameter encountered', INVALID_RESPONSE, {
                    expected: undefined,
                    parameters,
                });
            }
            break;
        case skipStateCheck:
            break;
        default:
            assertString(expectedState, '"expectedState" argument');
            if (state !== expectedState) {
                throw OPE(state === undefined
                    ? 'response parameter "state" missing'
                    : 'unexpected "state" response parameter value', INVALID_RESPONSE, { expected: expectedState, parameters });
            }
    }
    const error = getURLSearchParameter(parameters, 'error');
    if (error) {
        throw new AuthorizationResponseError('authorization response from the server is an error', {
            cause: parameters,
        });
    }
    const id_token = getURLSearchParameter(parameters, 'id_token');
    const token = getURLSearchParameter(parameters, 'token');
    if (id_token !== undefined || token !== undefined) {
        throw new UnsupportedOperationError('implicit and hybrid flows are not supported');
    }
    return brand(new URLSearchParams(parameters));
}
function algToSubtle(alg) {
    switch (alg) {
        case 'PS256':
        case 'PS384':
        case 'PS512':
            return { name: 'RSA-PSS', hash: `SHA-${alg.slice(-3)}` };
        case 'RS256':
        case 'RS384':
        case 'RS512':
            return { name: 'RSASSA-PKCS1-v1_5', hash: `SHA-${alg.slice(-3)}` };
        case 'ES256':
        case 'ES384':
            return { name: 'ECDSA', namedCurve: `P-${alg.slice(-3)}` };
        case 'ES512':
            return { name: 'ECDSA', namedCurve: 'P-521' };
        case 'EdDSA':
            return 'Ed25519';
        case 'Ed25519':
        case 'ML-DSA-44':
        case 'ML-DSA-65':
        case 'ML-DSA-87':
            return alg;
        default:
            throw new UnsupportedOperationError('unsupported JWS algorithm', { cause: { alg } });
    }
}
async function importJwk(alg, jwk) {
    const { ext, key_ops, use, ...key } = jwk;
    return crypto.subtle.importKey('jwk', key, algToSubtle(alg), true, ['verify']);
}
async function deviceAuthorizationRequest(as, client, clientAuthentication, parameters, options) {
    assertAs(as);
    assertClient(client);
    const url = resolveEndpoint(as, 'device_authorization_endpoint', client.use_mtls_endpoint_aliases, options?.[allowInsecureRequests] !== true);
    const body = new URLSearchParams(parameters);
    body.set('client_id', client.client_id);
    const headers = prepareHeaders(options?.headers);
    headers.set('accept', 'application/json');
    return authenticatedRequest(as, client, clientAuthentication, url, body, headers, options);
}
async function processDeviceAuthorizationResponse(as, client, response) {
    assertAs(as);
    assertClient(client);
    if (!looseInstanceOf(response, Response)) {
        throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    await checkOAuthBodyError(response, 200, 'Device Authorization Endpoint');
    assertReadableResponse(response);
    const json = await getResponseJsonBody(response);
    assertString(json.device_code, '"response" body "device_code" property', INVALID_RESPONSE, {
        body: json,
    });
    assertString(json.user_code, '"response" body "user_code" property', INVALID_RESPONSE, {
        body: json,
    });
    assertString(json.verification_uri, '"response" body "verification_uri" property', INVALID_RESPONSE, { body: json });
    let expiresIn = typeof json.expires_in !== 'number' ? parseFloat(json.expires_in) : json.expires_in;
    assertNumber(expiresIn, true, '"response" body "expires_in" property', INVALID_RESPONSE, {
        body: json,
    });
    json.expires_in = expiresIn;
    if (json.verification_uri_complete !== undefined) {
        assertString(json.verification_uri_complete, '"response" body "verification_uri_complete" property', INVALID_RESPONSE, { body: json });
    }
    if (json.interval !== undefined) {
        assertNumber(json.interval, false, '"response" body "interval" property', INVALID_RESPONSE, {
            body: json,
        });
    }
    return json;
}
async function deviceCodeGrantRequest(as, client, clientAuthentication, deviceCode, options) {
    assertAs(as);
    assertClient(client);
    assertString(deviceCode, '"deviceCode"');
    const parameters = new URLSearchParams(options?.additionalParameters);
    parameters.set('device_code', deviceCode);
    return tokenEndpointRequest(as, client, clientAuthentication, 'urn:ietf:params:oauth:grant-type:device_code', parameters, options);
}
async function processDeviceCodeResponse(as, client, response, options) {
    return processGenericAccessTokenResponse(as, client, response, undefined, options?.[jweDecrypt], options?.recognizedTokenTypes);
}
async function generateKeyPair(alg, options) {
    assertString(alg, '"alg"');
    const algorithm = algToSubtle(alg);
    if (alg.startsWith('PS') || alg.startsWith('RS')) {
        Object.assign(algorithm, {
            modulusLength: options?.modulusLength ?? 2048,
            publicExponent: new Uint8Array([0x01, 0x00, 0x01]),
        });
    }
    return crypto.subtle.generateKey(algorithm, options?.extractable ?? false, [
        'sign',
        'verify',
    ]);
}
function normalizeHtu(htu) {
    const url = new URL(htu);
    url.search = '';
    url.hash = '';
    return url.href;
}
async function validateDPoP(request, accessToken, accessTokenClaims, options) {
    const headerValue = request.headers.get('dpop');
    if (headerValue === null) {
        throw OPE('operation indicated DPoP use but the request has no DPoP HTTP Header', INVALID_REQUEST, { headers: request.headers });
    }
    if (request.headers.get('authorization')?.toLowerCase().startsWith('dpop ') === false) {
        throw OPE(`operation indicated DPoP use but the request's Authorization HTTP Header scheme is not DPoP`, INVALID_REQUEST, { headers: request.headers });
    }
    if (typeof accessTokenClaims.cnf?.jkt !== 'string') {
        throw OPE('operation indicated DPoP use but the JWT Access Token has no jkt confirmation claim', INVALID_REQUEST, { claims: accessTokenClaims });
    }
    const clockSkew = getClockSkew(options);
    const proof = await validateJwt(headerValue, checkSigningAlgorithm.bind(undefined, options?.signingAlgorithms, undefined, supported), clockSkew, getClockTolerance(options), undefined)
        .then(checkJwtType.bind(undefined, 'dpop+jwt'))
        .then(validatePresence.bind(undefined, ['iat', 'jti', 'ath', 'htm', 'htu']))
        .then(validateStringClaim.bind(undefined, 'jti'));
    const now = epochTime() + clockSkew;
    const diff = Math.abs(now - proof.claims.iat);
    if (diff > 300) {
        throw OPE('DPoP Proof iat is not recent enough', JWT_TIMESTAMP_CHECK, {
            now,
            claims: proof.claims,
            claim: 'iat',
        });
    }
    if (proof.claims.htm !== request.method) {
        throw OPE('DPoP Proof htm mismatch', JWT_CLAIM_COMPARISON, {
            expected: request.method,
            claims: proof.claims,
            claim: 'htm',
        });
    }
    if (typeof proof.claims.htu !== 'string' ||
        normalizeHtu(proof.claims.htu) !== normalizeHtu(request.url)) {
        throw OPE('DPoP Proof htu mismatch', JWT_CLAIM_COMPARISON, {
            expected: normalizeHtu(request.url),
            claims: proof.claims,
            claim: 'htu',
        });
    }
    {
        const expected = b64u(await crypto.subtle.digest('SHA-256', buf(accessToken)));
        if (proof.claims.ath !== expected) {
            throw OPE('DPoP Proof ath mismatch', JWT_CLAIM_COMPARISON, {
                expected,
                claims: proof.claims,
                claim: 'ath',
            });
        }
    }
    const { jwk, alg } = proof.header;
    if (!isJsonObject(jwk)) {
        throw OPE('DPoP Proof jwk header parameter must be a JSON object', INVALID_REQUEST, {
            header: proof.header,
        });
    }
    {
        const expected = await calculateJwkThumbprint(jwk);
        if (accessTokenClaims.cnf.jkt !== expected) {
            throw OPE('JWT Access Token confirmation mismatch', JWT_CLAIM_COMPARISON, {
                expected,
                claims: accessTokenClaims,
                claim: 'cnf.jkt',
            });
        }
    }
    const { 0: protectedHeader, 1: payload, 2: encodedSignature } = headerValue.split('.');
    const signature = b64u(encodedSignature);
    const key = await importJwk(alg, jwk);
    if (key.type !== 'public') {
        throw OPE('DPoP Proof jwk header parameter must contain a public key', INVALID_REQUEST, {
            header: proof.header,
        });
    }
    await validateJwsSignature(protectedHeader, payload, key, signature);
}
async function validateJwtAccessToken(as, request, expectedAudience, options) {
    assertAs(as);
    if (!looseInstanceOf(request, Request)) {
        throw CodedTypeError('"request" must be an instance of Request', ERR_INVALID_ARG_TYPE);
    }
    assertString(expectedAudience, '"expectedAudience"');
    const authorization = request.headers.get('authorization');
    if (authorization === null) {
        throw OPE('"request" is missing an Authorization HTTP Header', INVALID_REQUEST, {
            headers: request.headers,
        });
    }
    let { 0: scheme, 1: accessToken, length } = authorization.split(/ +/);
    scheme = scheme.toLowerCase();
    switch (scheme) {
        case 'dpop':
        case 'bearer':
            break;
        default:
            throw new UnsupportedOperationError('unsupported Authorization HTTP Header scheme', {
                cause: { headers: request.headers },
            });
    }
    if (length !== 2) {
        throw OPE('invalid Authorization HTTP Header format', INVALID_REQUEST, {
            headers: request.headers,
        });
    }
    const requiredClaims = [
        'iss',
        'exp',
        'aud',
        'sub',
        'iat',
        'jti',
        'client_id',
    ];
    if (options?.requireDPoP || scheme === 'dpop' || request.headers.has('dpop')) {
        requiredClaims.push('cnf');
    }
    const { claims, header } = await validateJwt(accessToken, checkSigningAlgorithm.bind(undefined, options?.signingAlgorithms, undefined, supported), getClockSkew(options), getClockTolerance(options), undefined)
        .then(checkJwtType.bind(undefined, 'at+jwt'))
        .then(validatePresence.bind(undefined, requiredClaims))
        .then(validateIssuer.bind(undefined, as))
        .then(validateAudience.bind(undefined, expectedAudience))
        .catch(reassignRSCode);
    for (const claim of ['client_id', 'jti', 'sub']) {
        if (typeof claims[claim] !== 'string') {
            throw OPE(`unexpected JWT "${claim}" claim type`, INVALID_REQUEST, { claims });
        }
    }
    if ('cnf' in claims) {
        if (!isJsonObject(claims.cnf)) {
            throw OPE('unexpected JWT "cnf" (confirmation) claim value', INVALID_REQUEST, { claims });
        }
        const { 0: cnf, length } = Object.keys(claims.cnf);
        if (length) {
            if (length !== 1) {
                throw new UnsupportedOperationError('multiple confirmation claims are not supported', {
                    cause: { claims },
                });
            }
            if (cnf !== 'jkt') {
                throw new UnsupportedOperationError('unsupported JWT Confirmation method', {
                    cause: { claims },
                });
            }
        }
    }
    const { 0: protectedHeader, 1: payload, 2: encodedSignature } = accessToken.split('.');
    const signature = b64u(encodedSignature);
    const key = await getPublicSigKeyFromIssuerJwksUri(as, options, header);
    await validateJwsSignature(protectedHeader, payload, key, signature);
    if (options?.requireDPoP ||
        scheme === 'dpop' ||
        claims.cnf?.jkt !== undefined ||
        request.headers.has('dpop')) {
        await validateDPoP(request, accessToken, claims, options).catch(reassignRSCode);
    }
    return claims;
}
function reassignRSCode(err) {
    if (err instanceof OperationProcessingError && err?.code === INVALID_REQUEST) {
        err.code = INVALID_RESPONSE;
    }
    throw err;
}
async function backchannelAuthenticationRequest(as, client, clientAuthentication, parameters, options) {
    assertAs(as);
    assertClient(client);
    const url = resolveEndpoint(as, 'backchannel_authentication_endpoint', client.use_mtls_endpoint_aliases, options?.[allowInsecureRequests] !== true);
    const body = new URLSearchParams(parameters);
    body.set('client_id', client.client_id);
    const headers = prepareHeaders(options?.headers);
    headers.set('accept', 'application/json');
    return authenticatedRequest(as, client, clientAuthentication, url, body, headers, options);
}
async function processBackchannelAuthenticationResponse(as, client, response) {
    assertAs(as);
    assertClient(client);
    if (!looseInstanceOf(response, Response)) {
        throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    await checkOAuthBodyError(response, 200, 'Backchannel Authentication Endpoint');
    assertReadableResponse(response);
    const json = await getResponseJsonBody(response);
    assertString(json.auth_req_id, '"response" body "auth_req_id" property', INVALID_RESPONSE, {
        body: json,
    });
    let expiresIn = typeof json.expires_in !== 'number' ? parseFloat(json.expires_in) : json.expires_in;
    assertNumber(expiresIn, true, '"response" body "expires_in" property', INVALID_RESPONSE, {
        body: json,
    });
    json.expires_in = expiresIn;
    if (json.interval !== undefined) {
        assertNumber(json.interval, false, '"response" body "interval" property', INVALID_RESPONSE, {
            body: json,
        });
    }
    return json;
}
async function backchannelAuthenticationGrantRequest(as, client, clientAuthentication, authReqId, options) {
    assertAs(as);
    assertClient(client);
    assertString(authReqId, '"authReqId"');
    const parameters = new URLSearchParams(options?.additionalParameters);
    parameters.set('auth_req_id', authReqId);
    return tokenEndpointRequest(as, client, clientAuthentication, 'urn:openid:params:grant-type:ciba', parameters, options);
}
async function processBackchannelAuthenticationGrantResponse(as, client, response, options) {
    return processGenericAccessTokenResponse(as, client, response, undefined, options?.[jweDecrypt], options?.recognizedTokenTypes);
}
async function dynamicClientRegistrationRequest(as, metadata, options) {
    assertAs(as);
    const url = resolveEndpoint(as, 'registration_endpoint', metadata.use_mtls_endpoint_aliases, options?.[allowInsecureRequests] !== true);
    const headers = prepareHeaders(options?.headers);
    headers.set('accept', 'application/json');
    headers.set('content-type', 'application/json');
    const method = 'POST';
    if (options?.DPoP) {
        assertDPoP(options.DPoP);
        await options.DPoP.addProof(url, headers, method, options.initialAccessToken);
    }
    if (options?.initialAccessToken) {
        headers.set('authorization', `${headers.has('dpop') ? 'DPoP' : 'Bearer'} ${options.initialAccessToken}`);
    }
    const response = await (options?.[customFetch] || fetch)(url.href, {
        body: JSON.stringify(metadata),
        headers: Object.fromEntries(headers.entries()),
        method,
        redirect: 'manual',
        signal: signal(url, options?.signal),
    });
    options?.DPoP?.cacheNonce(response, url);
    return response;
}
async function processDynamicClientRegistrationResponse(response) {
    if (!looseInstanceOf(response, Response)) {
        throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    await checkOAuthBodyError(response, 201, 'Dynamic Client Registration Endpoint');
    assertReadableResponse(response);
    const json = await getResponseJsonBody(response);
    assertString(json.client_id, '"response" body "client_id" property', INVALID_RESPONSE, {
        body: json,
    });
    if (json.client_secret !== undefined) {
        assertString(json.client_secret, '"response" body "client_secret" property', INVALID_RESPONSE, {
            body: json,
        });
    }
    if (json.client_secret) {
        assertNumber(json.client_secret_expires_at, true, '"response" body "client_secret_expires_at" property', INVALID_RESPONSE, {
            body: json,
        });
    }
    return json;
}
async function resourceDiscoveryRequest(resourceIdentifier, options) {
    return performDiscovery(resourceIdentifier, 'resourceIdentifier', (url) => {
        prependWellKnown(url, '.well-known/oauth-protected-resource', true);
        return url;
    }, options);
}
async function processResourceDiscoveryResponse(expectedResourceIdentifier, response) {
    const expected = expectedResourceIdentifier;
    if (!(expected instanceof URL) && expected !== _nodiscoverycheck) {
        throw CodedTypeError('"expectedResourceIdentifier" must be an instance of URL', ERR_INVALID_ARG_TYPE);
    }
    if (!looseInstanceOf(response, Response)) {
        throw CodedTypeError('"response" must be an instance of Response', ERR_INVALID_ARG_TYPE);
    }
    if (response.status !== 200) {
        throw OPE('"response" is not a conform Resource Server Metadata response (unexpected HTTP status code)', RESPONSE_IS_NOT_CONFORM, response);
    }
    assertReadableResponse(response);
    const json = await getResponseJsonBody(response);
    assertString(json.resource, '"response" body "resource" property', INVALID_RESPONSE, {
        body: json,
    });
    if (expected !== _nodiscoverycheck && new URL(json.resource).href !== expected.href) {
        throw OPE('"response" body "resource" property does not match the expected value', JSON_ATTRIBUTE_COMPARISON, { expected: expected.href, body: json, attribute: 'resource' });
    }
    return json;
}
async function getResponseJsonBody(response, check = assertApplicationJson) {
    let json;
    try {
        json = await response.json();
    }
    catch (cause) {
        check(response);
        throw OPE('failed to parse "response" body as JSON', PARSE_ERROR, cause);
    }
    if (!isJsonObject(json)) {
        throw OPE('"response" body must be a top level object', INVALID_RESPONSE, { body: json });
    }
    return json;
}
const _nopkce = (/* unused pure expression or super */ null && (nopkce));
const _nodiscoverycheck = Symbol();
const _expectedIssuer = Symbol();
//# sourceMappingURL=index.js.map
;// CONCATENATED MODULE: ./node_modules/openid-client/build/index.js



let headers;
let build_USER_AGENT;
if (typeof navigator === 'undefined' || !navigator.userAgent?.startsWith?.('Mozilla/5.0 ')) {
    const NAME = 'openid-client';
    const VERSION = 'v6.8.9';
    build_USER_AGENT = `${NAME}/${VERSION}`;
    headers = { 'user-agent': build_USER_AGENT };
}
const build_int = (config) => {
    return props.get(config);
};
let props;

function build_ClientSecretPost(clientSecret) {
    if (clientSecret !== undefined) {
        return ClientSecretPost(clientSecret);
    }
    const cache = new WeakMap();
    return (as, client, body, headers) => {
        let auth;
        if (!(auth = cache.get(client))) {
            build_assertString(client.client_secret, '"metadata.client_secret"');
            auth = ClientSecretPost(client.client_secret);
            cache.set(client, auth);
        }
        return auth(as, client, body, headers);
    };
}
function build_assertString(input, it) {
    if (typeof input !== 'string') {
        throw build_CodedTypeError(`${it} must be a string`, build_ERR_INVALID_ARG_TYPE);
    }
    if (input.length === 0) {
        throw build_CodedTypeError(`${it} must not be empty`, build_ERR_INVALID_ARG_VALUE);
    }
}
function build_ClientSecretBasic(clientSecret) {
    if (clientSecret !== undefined) {
        return oauth.ClientSecretBasic(clientSecret);
    }
    const cache = new WeakMap();
    return (as, client, body, headers) => {
        let auth;
        if (!(auth = cache.get(client))) {
            build_assertString(client.client_secret, '"metadata.client_secret"');
            auth = oauth.ClientSecretBasic(client.client_secret);
            cache.set(client, auth);
        }
        return auth(as, client, body, headers);
    };
}
function build_ClientSecretJwt(clientSecret, options) {
    if (clientSecret !== undefined) {
        return oauth.ClientSecretJwt(clientSecret, options);
    }
    const cache = new WeakMap();
    return (as, client, body, headers) => {
        let auth;
        if (!(auth = cache.get(client))) {
            build_assertString(client.client_secret, '"metadata.client_secret"');
            auth = oauth.ClientSecretJwt(client.client_secret, options);
            cache.set(client, auth);
        }
        return auth(as, client, body, headers);
    };
}
function build_None() {
    return None();
}
function build_PrivateKeyJwt(clientPrivateKey, options) {
    return PrivateKeyJwt(clientPrivateKey, options);
}
function build_TlsClientAuth() {
    return TlsClientAuth();
}
const build_skipStateCheck = skipStateCheck;
const build_skipSubjectCheck = skipSubjectCheck;
const build_customFetch = customFetch;
const build_modifyAssertion = modifyAssertion;
const build_clockSkew = clockSkew;
const build_clockTolerance = clockTolerance;
const build_ERR_INVALID_ARG_VALUE = 'ERR_INVALID_ARG_VALUE';
const build_ERR_INVALID_ARG_TYPE = 'ERR_INVALID_ARG_TYPE';
function build_CodedTypeError(message, code, cause) {
    const err = new TypeError(message, { cause });
    Object.assign(err, { code });
    return err;
}
function build_calculatePKCECodeChallenge(codeVerifier) {
    return calculatePKCECodeChallenge(codeVerifier);
}
function randomPKCECodeVerifier() {
    return generateRandomCodeVerifier();
}
function randomNonce() {
    return oauth.generateRandomNonce();
}
function randomState() {
    return oauth.generateRandomState();
}
class ClientError extends Error {
    code;
    constructor(message, options) {
        super(message, options);
        this.name = this.constructor.name;
        this.code = options?.code;
        Error.captureStackTrace?.(this, this.constructor);
    }
}
const build_decoder = new TextDecoder();
function e(msg, cause, code) {
    return new ClientError(msg, { cause, code });
}
function errorHandler(err) {
    if (err instanceof TypeError ||
        err instanceof ClientError ||
        err instanceof ResponseBodyError ||
        err instanceof AuthorizationResponseError ||
        err instanceof WWWAuthenticateChallengeError) {
        throw err;
    }
    if (err instanceof OperationProcessingError) {
        switch (err.code) {
            case HTTP_REQUEST_FORBIDDEN:
                throw e('only requests to HTTPS are allowed', err, err.code);
            case REQUEST_PROTOCOL_FORBIDDEN:
                throw e('only requests to HTTP or HTTPS are allowed', err, err.code);
            case RESPONSE_IS_NOT_CONFORM:
                throw e('unexpected HTTP response status code', err.cause, err.code);
            case RESPONSE_IS_NOT_JSON:
                throw e('unexpected response content-type', err.cause, err.code);
            case PARSE_ERROR:
                throw e('parsing error occured', err, err.code);
            case INVALID_RESPONSE:
                throw e('invalid response encountered', err, err.code);
            case JWT_CLAIM_COMPARISON:
                throw e('unexpected JWT claim value encountered', err, err.code);
            case JSON_ATTRIBUTE_COMPARISON:
                throw e('unexpected JSON attribute value encountered', err, err.code);
            case JWT_TIMESTAMP_CHECK:
                throw e('JWT timestamp claim value failed validation', err, err.code);
            default:
                throw e(err.message, err, err.code);
        }
    }
    if (err instanceof UnsupportedOperationError) {
        throw e('unsupported operation', err, err.code);
    }
    if (err instanceof DOMException) {
        switch (err.name) {
            case 'OperationError':
                throw e('runtime operation error', err, UNSUPPORTED_OPERATION);
            case 'NotSupportedError':
                throw e('runtime unsupported operation', err, UNSUPPORTED_OPERATION);
            case 'TimeoutError':
                throw e('operation timed out', err, 'OAUTH_TIMEOUT');
            case 'AbortError':
                throw e('operation aborted', err, 'OAUTH_ABORT');
        }
    }
    throw new ClientError('something went wrong', { cause: err });
}
function randomDPoPKeyPair(alg, options) {
    return oauth
        .generateKeyPair(alg ?? 'ES256', {
        extractable: options?.extractable,
    })
        .catch(errorHandler);
}
function handleEntraId(server, as, options) {
    if (server.origin === 'https://login.microsoftonline.com' &&
        (!options?.algorithm || options.algorithm === 'oidc')) {
        as[kEntraId] = true;
        return true;
    }
    return false;
}
function handleB2Clogin(server, options) {
    if (server.hostname.endsWith('.b2clogin.com') &&
        (!options?.algorithm || options.algorithm === 'oidc')) {
        return true;
    }
    return false;
}
async function dynamicClientRegistration(server, metadata, clientAuthentication, options) {
    let as;
    if (options?.flag === retry) {
        as = options.as;
    }
    else {
        as = await build_performDiscovery(server, options);
    }
    const clockSkew = metadata[oauth.clockSkew] ?? 0;
    const clockTolerance = metadata[oauth.clockTolerance] ?? 30;
    metadata = structuredClone(metadata);
    metadata[oauth.clockSkew] = clockSkew;
    metadata[oauth.clockTolerance] = clockTolerance;
    const timeout = options?.timeout ?? 30;
    const signal = AbortSignal.timeout(timeout * 1000);
    let registered;
    try {
        registered = await oauth
            .dynamicClientRegistrationRequest(as, metadata, {
            initialAccessToken: options?.initialAccessToken,
            DPoP: options?.DPoP,
            headers: new Headers(headers),
            [oauth.customFetch]: options?.[build_customFetch],
            [oauth.allowInsecureRequests]: options?.execute?.includes(build_allowInsecureRequests),
            signal,
        })
            .then(oauth.processDynamicClientRegistrationResponse);
    }
    catch (err) {
        if (retryable(err, options)) {
            return dynamicClientRegistration(server, metadata, clientAuthentication, {
                ...options,
                flag: retry,
                as,
            });
        }
        errorHandler(err);
    }
    registered[oauth.clockSkew] = clockSkew;
    registered[oauth.clockTolerance] = clockTolerance;
    const instance = new Configuration(as, registered.client_id, registered, clientAuthentication);
    let internals = build_int(instance);
    if (options?.[build_customFetch]) {
        internals.fetch = options[build_customFetch];
    }
    if (options?.timeout !== undefined) {
        internals.timeout = options.timeout;
    }
    if (options?.execute) {
        for (const extension of options.execute) {
            extension(instance);
        }
    }
    return instance;
}
async function discovery(server, clientId, metadata, clientAuthentication, options) {
    const as = await build_performDiscovery(server, options);
    const instance = new Configuration(as, clientId, metadata, clientAuthentication);
    let internals = build_int(instance);
    if (options?.[build_customFetch]) {
        internals.fetch = options[build_customFetch];
    }
    if (options?.timeout !== undefined) {
        internals.timeout = options.timeout;
    }
    if (options?.execute) {
        for (const extension of options.execute) {
            extension(instance);
        }
    }
    return instance;
}
async function build_performDiscovery(server, options) {
    if (!(server instanceof URL)) {
        throw build_CodedTypeError('"server" must be an instance of URL', build_ERR_INVALID_ARG_TYPE);
    }
    const resolve = !server.href.includes('/.well-known/');
    const timeout = options?.timeout ?? 30;
    const signal = AbortSignal.timeout(timeout * 1000);
    const as = await (resolve
        ? discoveryRequest(server, {
            algorithm: options?.algorithm,
            [customFetch]: options?.[build_customFetch],
            [allowInsecureRequests]: options?.execute?.includes(build_allowInsecureRequests),
            signal,
            headers: new Headers(headers),
        })
        : (options?.[build_customFetch] || fetch)((() => {
            checkProtocol(server, options?.execute?.includes(build_allowInsecureRequests) ? false : true);
            return server.href;
        })(), {
            headers: Object.fromEntries(new Headers({ accept: 'application/json', ...headers }).entries()),
            body: undefined,
            method: 'GET',
            redirect: 'manual',
            signal,
        }))
        .then((response) => processDiscoveryResponse(_nodiscoverycheck, response))
        .catch(errorHandler);
    if (resolve && new URL(as.issuer).href !== server.href) {
        handleEntraId(server, as, options) ||
            handleB2Clogin(server, options) ||
            (() => {
                throw new ClientError('discovered metadata issuer does not match the expected issuer', {
                    code: JSON_ATTRIBUTE_COMPARISON,
                    cause: {
                        expected: server.href,
                        body: as,
                        attribute: 'issuer',
                    },
                });
            })();
    }
    return as;
}
function isRsaOaep(input) {
    return input.name === 'RSA-OAEP';
}
function isEcdh(input) {
    return input.name === 'ECDH';
}
const ecdhEs = 'ECDH-ES';
const ecdhEsA128Kw = 'ECDH-ES+A128KW';
const ecdhEsA192Kw = 'ECDH-ES+A192KW';
const ecdhEsA256Kw = 'ECDH-ES+A256KW';
function checkEcdhAlg(algs, alg, pk) {
    switch (alg) {
        case undefined:
            algs.add(ecdhEs);
            algs.add(ecdhEsA128Kw);
            algs.add(ecdhEsA192Kw);
            algs.add(ecdhEsA256Kw);
            break;
        case ecdhEs:
        case ecdhEsA128Kw:
        case ecdhEsA192Kw:
        case ecdhEsA256Kw:
            algs.add(alg);
            break;
        default:
            throw build_CodedTypeError('invalid key alg', build_ERR_INVALID_ARG_VALUE, { pk });
    }
}
function enableDecryptingResponses(config, contentEncryptionAlgorithms = [
    'A128GCM',
    'A192GCM',
    'A256GCM',
    'A128CBC-HS256',
    'A192CBC-HS384',
    'A256CBC-HS512',
], ...keys) {
    if (build_int(config).decrypt !== undefined) {
        throw new TypeError('enableDecryptingResponses can only be called on a given Configuration instance once');
    }
    if (keys.length === 0) {
        throw build_CodedTypeError('no keys were provided', build_ERR_INVALID_ARG_VALUE);
    }
    const algs = new Set();
    const normalized = [];
    for (const pk of keys) {
        let key;
        if ('key' in pk) {
            key = { key: pk.key };
            if (typeof pk.alg === 'string')
                key.alg = pk.alg;
            if (typeof pk.kid === 'string')
                key.kid = pk.kid;
        }
        else {
            key = { key: pk };
        }
        if (key.key.type !== 'private') {
            throw build_CodedTypeError('only private keys must be provided', build_ERR_INVALID_ARG_VALUE);
        }
        if (isRsaOaep(key.key.algorithm)) {
            switch (key.key.algorithm.hash.name) {
                case 'SHA-1':
                case 'SHA-256':
                case 'SHA-384':
                case 'SHA-512': {
                    let alg = 'RSA-OAEP';
                    let sha;
                    if ((sha = parseInt(key.key.algorithm.hash.name.slice(-3), 10))) {
                        alg = `${alg}-${sha}`;
                    }
                    key.alg ||= alg;
                    if (alg !== key.alg)
                        throw build_CodedTypeError('invalid key alg', build_ERR_INVALID_ARG_VALUE, {
                            pk,
                        });
                    algs.add(key.alg);
                    break;
                }
                default:
                    throw build_CodedTypeError('only SHA-512, SHA-384, SHA-256, and SHA-1 RSA-OAEP keys are supported', build_ERR_INVALID_ARG_VALUE);
            }
        }
        else if (isEcdh(key.key.algorithm)) {
            if (key.key.algorithm.namedCurve !== 'P-256') {
                throw build_CodedTypeError('Only P-256 ECDH keys are supported', build_ERR_INVALID_ARG_VALUE);
            }
            checkEcdhAlg(algs, key.alg, pk);
        }
        else if (key.key.algorithm.name === 'X25519') {
            checkEcdhAlg(algs, key.alg, pk);
        }
        else {
            throw build_CodedTypeError('only RSA-OAEP, ECDH, or X25519 keys are supported', build_ERR_INVALID_ARG_VALUE);
        }
        normalized.push(key);
    }
    build_int(config).decrypt = async (jwe) => decrypt(normalized, jwe, contentEncryptionAlgorithms, [...algs]).catch(errorHandler);
}
function checkCryptoKey(key, alg, epk) {
    if (alg.startsWith('RSA-OAEP')) {
        return key.algorithm.name === 'RSA-OAEP';
    }
    if (alg.startsWith('ECDH-ES')) {
        if (key.algorithm.name !== 'ECDH' && key.algorithm.name !== 'X25519') {
            return false;
        }
        if (key.algorithm.name === 'ECDH') {
            return epk?.crv === key.algorithm.namedCurve;
        }
        if (key.algorithm.name === 'X25519') {
            return epk?.crv === 'X25519';
        }
    }
    return false;
}
function selectCryptoKeyForDecryption(keys, alg, kid, epk) {
    const { 0: key, length } = keys.filter((key) => {
        if (kid !== undefined && kid !== key.kid) {
            return false;
        }
        if (key.alg && alg !== key.alg) {
            return false;
        }
        return checkCryptoKey(key.key, alg, epk);
    });
    if (!key) {
        throw e('no applicable decryption key selected', undefined, 'OAUTH_DECRYPTION_FAILED');
    }
    if (length !== 1) {
        throw e('multiple applicable decryption keys selected', undefined, 'OAUTH_DECRYPTION_FAILED');
    }
    return key.key;
}
async function decrypt(keys, jwe, contentEncryptionAlgorithms, keyManagementAlgorithms) {
    return build_decoder.decode((await compactDecrypt(jwe, (header) => {
        const { kid, alg, epk } = header;
        return selectCryptoKeyForDecryption(keys, alg, kid, epk);
    }, { keyManagementAlgorithms, contentEncryptionAlgorithms }).catch((err) => {
        if (err instanceof JOSEError) {
            throw e('decryption failed', err, 'OAUTH_DECRYPTION_FAILED');
        }
        errorHandler(err);
    })).plaintext);
}
function getServerHelpers(metadata) {
    return {
        supportsPKCE: {
            __proto__: null,
            value(method = 'S256') {
                return (metadata.code_challenge_methods_supported?.includes(method) === true);
            },
        },
    };
}
function addServerHelpers(metadata) {
    Object.defineProperties(metadata, getServerHelpers(metadata));
}
const kEntraId = Symbol();
class Configuration {
    constructor(server, clientId, metadata, clientAuthentication) {
        if (typeof clientId !== 'string' || !clientId.length) {
            throw build_CodedTypeError('"clientId" must be a non-empty string', build_ERR_INVALID_ARG_TYPE);
        }
        if (typeof metadata === 'string') {
            metadata = { client_secret: metadata };
        }
        if (metadata?.client_id !== undefined && clientId !== metadata.client_id) {
            throw build_CodedTypeError('"clientId" and "metadata.client_id" must be the same', build_ERR_INVALID_ARG_VALUE);
        }
        const client = {
            ...structuredClone(metadata),
            client_id: clientId,
        };
        client[clockSkew] = metadata?.[clockSkew] ?? 0;
        client[clockTolerance] = metadata?.[clockTolerance] ?? 30;
        let auth;
        if (clientAuthentication) {
            auth = clientAuthentication;
        }
        else {
            if (typeof client.client_secret === 'string' &&
                client.client_secret.length) {
                auth = build_ClientSecretPost(client.client_secret);
            }
            else {
                auth = build_None();
            }
        }
        let c = Object.freeze(client);
        const clone = structuredClone(server);
        if (kEntraId in server) {
            clone[_expectedIssuer] = ({ claims: { tid } }) => server.issuer.replace('{tenantid}', tid);
        }
        let as = Object.freeze(clone);
        props ||= new WeakMap();
        props.set(this, {
            __proto__: null,
            as,
            c,
            auth,
            tlsOnly: true,
            timeout: 30,
            jwksCache: {},
        });
    }
    serverMetadata() {
        const metadata = structuredClone(build_int(this).as);
        addServerHelpers(metadata);
        return metadata;
    }
    clientMetadata() {
        const metadata = structuredClone(build_int(this).c);
        return metadata;
    }
    get timeout() {
        return build_int(this).timeout;
    }
    set timeout(value) {
        build_int(this).timeout = value;
    }
    get [build_customFetch]() {
        return build_int(this).fetch;
    }
    set [build_customFetch](value) {
        build_int(this).fetch = value;
    }
}
Object.freeze(Configuration.prototype);
function getHelpers(response) {
    let exp = undefined;
    if (response.expires_in !== undefined) {
        exp = Date.now() + response.expires_in * 1000;
    }
    return {
        expiresIn: {
            __proto__: null,
            value() {
                if (exp) {
                    const now = Date.now();
                    if (exp > now) {
                        return Math.floor((exp - now) / 1000);
                    }
                    return 0;
                }
                return undefined;
            },
        },
        claims: {
            __proto__: null,
            value() {
                return getValidatedIdTokenClaims(response);
            },
        },
    };
}
function addHelpers(response) {
    Object.defineProperties(response, getHelpers(response));
}
function getDPoPHandle(config, keyPair, options) {
    checkConfig(config);
    return oauth.DPoP(build_int(config).c, keyPair, options);
}
async function handleRetryAfter(response, currentInterval, signal, throwIfInvalid = false) {
    const retryAfter = response.headers.get('retry-after')?.trim();
    if (retryAfter === undefined)
        return;
    let delaySeconds;
    if (/^\d+$/.test(retryAfter)) {
        delaySeconds = parseInt(retryAfter, 10);
    }
    else {
        const retryDate = new Date(retryAfter);
        if (Number.isFinite(retryDate.getTime())) {
            const now = new Date();
            const delayMs = retryDate.getTime() - now.getTime();
            if (delayMs > 0) {
                delaySeconds = Math.ceil(delayMs / 1000);
            }
        }
    }
    if (throwIfInvalid && !Number.isFinite(delaySeconds)) {
        throw new OperationProcessingError('invalid Retry-After header value', { cause: response });
    }
    if (delaySeconds > currentInterval) {
        await wait(delaySeconds - currentInterval, signal);
    }
}
function wait(duration, signal) {
    return new Promise((resolve, reject) => {
        const waitStep = (remaining) => {
            try {
                signal.throwIfAborted();
            }
            catch (err) {
                reject(err);
                return;
            }
            if (remaining <= 0) {
                resolve();
                return;
            }
            const currentWait = Math.min(remaining, 5);
            setTimeout(() => waitStep(remaining - currentWait), currentWait * 1000);
        };
        waitStep(duration);
    });
}
function pollRequestSignal(pollingSignal, timeout) {
    const timeoutSignal = build_signal(timeout);
    if (!timeoutSignal) {
        return {
            signal: pollingSignal,
            cleanup() { },
        };
    }
    const controller = new AbortController();
    const abort = (event) => {
        const source = event.target;
        controller.abort(source.reason);
    };
    if (pollingSignal.aborted) {
        controller.abort(pollingSignal.reason);
    }
    else if (timeoutSignal.aborted) {
        controller.abort(timeoutSignal.reason);
    }
    else {
        pollingSignal.addEventListener('abort', abort, { once: true });
        timeoutSignal.addEventListener('abort', abort, { once: true });
    }
    return {
        signal: controller.signal,
        cleanup() {
            pollingSignal.removeEventListener('abort', abort);
            timeoutSignal.removeEventListener('abort', abort);
        },
    };
}
async function pollGrant(config, authorizationResponse, grantCode, request, processResponse, parameters, options) {
    const requestParameters = new URLSearchParams(parameters);
    let interval = authorizationResponse.interval ?? 5;
    const pollingSignal = options?.signal ??
        AbortSignal.timeout(authorizationResponse.expires_in * 1000);
    for (;;) {
        try {
            await wait(interval, pollingSignal);
        }
        catch (error) {
            errorHandler(error);
        }
        const { as, c, auth, fetch, tlsOnly, nonRepudiation, timeout, decrypt } = build_int(config);
        const requestSignal = pollRequestSignal(pollingSignal, timeout);
        try {
            const response = await request(as, c, auth, grantCode, {
                [customFetch]: fetch,
                [allowInsecureRequests]: !tlsOnly,
                additionalParameters: requestParameters,
                DPoP: options?.DPoP,
                headers: new Headers(headers),
                signal: requestSignal.signal,
            }).catch(errorHandler);
            if (response.status === 503 && response.headers.has('retry-after')) {
                await response.body?.cancel();
                await handleRetryAfter(response, interval, pollingSignal, true);
                options = { ...options, flag: undefined };
                continue;
            }
            let result;
            try {
                result = await processResponse(as, c, response, {
                    [jweDecrypt]: decrypt,
                });
            }
            catch (error) {
                if (retryable(error, options)) {
                    options = { ...options, flag: retry };
                    continue;
                }
                if (error instanceof ResponseBodyError &&
                    (error.error === 'slow_down' ||
                        error.error === 'authorization_pending')) {
                    if (error.error === 'slow_down')
                        interval += 5;
                    await handleRetryAfter(error.response, interval, pollingSignal);
                    options = { ...options, flag: undefined };
                    continue;
                }
                errorHandler(error);
            }
            result.id_token && (await nonRepudiation?.(response));
            addHelpers(result);
            return result;
        }
        finally {
            requestSignal.cleanup();
        }
    }
}
async function pollDeviceAuthorizationGrant(config, deviceAuthorizationResponse, parameters, options) {
    checkConfig(config);
    return pollGrant(config, deviceAuthorizationResponse, deviceAuthorizationResponse.device_code, oauth.deviceCodeGrantRequest, oauth.processDeviceCodeResponse, parameters, options);
}
async function initiateDeviceAuthorization(config, parameters) {
    checkConfig(config);
    const { as, c, auth, fetch, tlsOnly, timeout } = build_int(config);
    return oauth
        .deviceAuthorizationRequest(as, c, auth, parameters, {
        [oauth.customFetch]: fetch,
        [oauth.allowInsecureRequests]: !tlsOnly,
        headers: new Headers(headers),
        signal: build_signal(timeout),
    })
        .then((response) => oauth.processDeviceAuthorizationResponse(as, c, response))
        .catch(errorHandler);
}
async function initiateBackchannelAuthentication(config, parameters) {
    checkConfig(config);
    const { as, c, auth, fetch, tlsOnly, timeout } = build_int(config);
    return backchannelAuthenticationRequest(as, c, auth, parameters, {
        [customFetch]: fetch,
        [allowInsecureRequests]: !tlsOnly,
        headers: new Headers(headers),
        signal: build_signal(timeout),
    })
        .then((response) => processBackchannelAuthenticationResponse(as, c, response))
        .catch(errorHandler);
}
async function pollBackchannelAuthenticationGrant(config, backchannelAuthenticationResponse, parameters, options) {
    checkConfig(config);
    return pollGrant(config, backchannelAuthenticationResponse, backchannelAuthenticationResponse.auth_req_id, backchannelAuthenticationGrantRequest, processBackchannelAuthenticationGrantResponse, parameters, options);
}
function build_allowInsecureRequests(config) {
    build_int(config).tlsOnly = false;
}
function build_setJwksCache(config, jwksCache) {
    build_int(config).jwksCache = structuredClone(jwksCache);
}
function getJwksCache(config) {
    const cache = build_int(config).jwksCache;
    if (cache.uat) {
        return cache;
    }
    return undefined;
}
function enableNonRepudiationChecks(config) {
    checkConfig(config);
    build_int(config).nonRepudiation = (response) => {
        const { as, fetch, tlsOnly, timeout, jwksCache } = build_int(config);
        return oauth
            .validateApplicationLevelSignature(as, response, {
            [oauth.customFetch]: fetch,
            [oauth.allowInsecureRequests]: !tlsOnly,
            headers: new Headers(headers),
            signal: build_signal(timeout),
            [oauth.jwksCache]: jwksCache,
        })
            .catch(errorHandler);
    };
}
function useJwtResponseMode(config) {
    checkConfig(config);
    const { hybrid, implicit } = build_int(config);
    if (hybrid || implicit) {
        throw e('JARM cannot be combined with a hybrid or implicit response types', undefined, oauth.UNSUPPORTED_OPERATION);
    }
    build_int(config).jarm = (authorizationResponse, expectedState) => validateJARMResponse(config, authorizationResponse, expectedState);
}
function enableDetachedSignatureResponseChecks(config) {
    if (!build_int(config).hybrid) {
        throw e('"code id_token" response type must be configured to be used first', undefined, oauth.UNSUPPORTED_OPERATION);
    }
    build_int(config).hybrid = (authorizationResponse, expectedNonce, expectedState, maxAge) => build_validateCodeIdTokenResponse(config, authorizationResponse, expectedNonce, expectedState, maxAge, true);
}
async function implicitAuthentication(config, currentUrl, expectedNonce, checks) {
    checkConfig(config);
    if (!(currentUrl instanceof URL) &&
        !webInstanceOf(currentUrl, 'Request')) {
        throw build_CodedTypeError('"currentUrl" must be an instance of URL, or Request', build_ERR_INVALID_ARG_TYPE);
    }
    if (typeof expectedNonce !== 'string') {
        throw build_CodedTypeError('"expectedNonce" must be a string', build_ERR_INVALID_ARG_TYPE);
    }
    const { as, c, fetch, tlsOnly, timeout, decrypt, implicit, jwksCache } = build_int(config);
    if (!implicit) {
        throw new TypeError('implicitAuthentication() cannot be used by clients using flows other than response_type=id_token');
    }
    let params;
    if (!(currentUrl instanceof URL)) {
        const request = currentUrl;
        switch (request.method) {
            case 'GET':
                params = new URLSearchParams(new URL(request.url).hash.slice(1));
                break;
            case 'POST':
                params = new URLSearchParams(await oauth.formPostResponse(request));
                break;
            default:
                throw build_CodedTypeError('unexpected Request HTTP method', build_ERR_INVALID_ARG_VALUE);
        }
    }
    else {
        params = new URLSearchParams(currentUrl.hash.slice(1));
    }
    try {
        {
            const decoy = new URLSearchParams(params);
            decoy.delete('id_token');
            oauth.validateAuthResponse({
                ...as,
                authorization_response_iss_parameter_supported: undefined,
            }, c, decoy, checks?.expectedState);
        }
        {
            const decoy = new Response(JSON.stringify({
                access_token: 'decoy',
                token_type: 'bearer',
                id_token: params.get('id_token'),
            }), {
                headers: new Headers({ 'content-type': 'application/json' }),
            });
            const ref = await oauth.processAuthorizationCodeResponse(as, c, decoy, {
                expectedNonce,
                maxAge: checks?.maxAge,
                [oauth.jweDecrypt]: decrypt,
            });
            await oauth.validateApplicationLevelSignature(as, decoy, {
                [oauth.customFetch]: fetch,
                [oauth.allowInsecureRequests]: !tlsOnly,
                headers: new Headers(headers),
                signal: build_signal(timeout),
                [oauth.jwksCache]: jwksCache,
            });
            return oauth.getValidatedIdTokenClaims(ref);
        }
    }
    catch (err) {
        errorHandler(err);
    }
}
function useCodeIdTokenResponseType(config) {
    checkConfig(config);
    const { jarm, implicit } = build_int(config);
    if (jarm || implicit) {
        throw e('"code id_token" response type cannot be combined with JARM or implicit response type', undefined, oauth.UNSUPPORTED_OPERATION);
    }
    build_int(config).hybrid = (authorizationResponse, expectedNonce, expectedState, maxAge) => build_validateCodeIdTokenResponse(config, authorizationResponse, expectedNonce, expectedState, maxAge, false);
}
function useIdTokenResponseType(config) {
    checkConfig(config);
    const { jarm, hybrid } = build_int(config);
    if (jarm || hybrid) {
        throw e('"id_token" response type cannot be combined with JARM or hybrid response type', undefined, oauth.UNSUPPORTED_OPERATION);
    }
    build_int(config).implicit = true;
}
function stripParams(url) {
    url = new URL(url);
    url.search = '';
    url.hash = '';
    return url.href;
}
function webInstanceOf(input, toStringTag) {
    try {
        return Object.getPrototypeOf(input)[Symbol.toStringTag] === toStringTag;
    }
    catch {
        return false;
    }
}
async function authorizationCodeGrant(config, currentUrl, checks, tokenEndpointParameters, options) {
    checkConfig(config);
    if (options?.flag !== retry &&
        !(currentUrl instanceof URL) &&
        !webInstanceOf(currentUrl, 'Request')) {
        throw build_CodedTypeError('"currentUrl" must be an instance of URL, or Request', build_ERR_INVALID_ARG_TYPE);
    }
    let authResponse;
    let redirectUri;
    const { as, c, auth, fetch, tlsOnly, jarm, hybrid, nonRepudiation, timeout, decrypt, implicit } = build_int(config);
    if (options?.flag === retry) {
        authResponse = options.authResponse;
        redirectUri = options.redirectUri;
    }
    else {
        if (!(currentUrl instanceof URL)) {
            const request = currentUrl;
            currentUrl = new URL(currentUrl.url);
            switch (request.method) {
                case 'GET':
                    break;
                case 'POST':
                    const params = new URLSearchParams(await formPostResponse(request));
                    if (hybrid) {
                        currentUrl.hash = params.toString();
                    }
                    else {
                        for (const [k, v] of params.entries()) {
                            currentUrl.searchParams.append(k, v);
                        }
                    }
                    break;
                default:
                    throw build_CodedTypeError('unexpected Request HTTP method', build_ERR_INVALID_ARG_VALUE);
            }
        }
        redirectUri = stripParams(currentUrl);
        switch (true) {
            case !!jarm:
                authResponse = await jarm(currentUrl, checks?.expectedState);
                break;
            case !!hybrid:
                authResponse = await hybrid(currentUrl, checks?.expectedNonce, checks?.expectedState, checks?.maxAge);
                break;
            case !!implicit:
                throw new TypeError('authorizationCodeGrant() cannot be used by response_type=id_token clients');
            default:
                try {
                    authResponse = validateAuthResponse(as, c, currentUrl.searchParams, checks?.expectedState);
                }
                catch (err) {
                    errorHandler(err);
                }
        }
    }
    const response = await authorizationCodeGrantRequest(as, c, auth, authResponse, redirectUri, checks?.pkceCodeVerifier || nopkce, {
        additionalParameters: tokenEndpointParameters,
        [customFetch]: fetch,
        [allowInsecureRequests]: !tlsOnly,
        DPoP: options?.DPoP,
        headers: new Headers(headers),
        signal: build_signal(timeout),
    })
        .catch(errorHandler);
    if (typeof checks?.expectedNonce === 'string' ||
        typeof checks?.maxAge === 'number') {
        checks.idTokenExpected = true;
    }
    const p = processAuthorizationCodeResponse(as, c, response, {
        expectedNonce: checks?.expectedNonce,
        maxAge: checks?.maxAge,
        requireIdToken: checks?.idTokenExpected,
        [jweDecrypt]: decrypt,
    });
    let result;
    try {
        result = await p;
    }
    catch (err) {
        if (retryable(err, options)) {
            return authorizationCodeGrant(config, undefined, checks, tokenEndpointParameters, {
                ...options,
                flag: retry,
                authResponse: authResponse,
                redirectUri: redirectUri,
            });
        }
        errorHandler(err);
    }
    result.id_token && (await nonRepudiation?.(response));
    addHelpers(result);
    return result;
}
async function validateJARMResponse(config, authorizationResponse, expectedState) {
    const { as, c, fetch, tlsOnly, timeout, decrypt, jwksCache } = build_int(config);
    return oauth
        .validateJwtAuthResponse(as, c, authorizationResponse, expectedState, {
        [oauth.customFetch]: fetch,
        [oauth.allowInsecureRequests]: !tlsOnly,
        headers: new Headers(headers),
        signal: build_signal(timeout),
        [oauth.jweDecrypt]: decrypt,
        [oauth.jwksCache]: jwksCache,
    })
        .catch(errorHandler);
}
async function build_validateCodeIdTokenResponse(config, authorizationResponse, expectedNonce, expectedState, maxAge, fapi) {
    if (typeof expectedNonce !== 'string') {
        throw build_CodedTypeError('"expectedNonce" must be a string', build_ERR_INVALID_ARG_TYPE);
    }
    if (expectedState !== undefined && typeof expectedState !== 'string') {
        throw build_CodedTypeError('"expectedState" must be a string', build_ERR_INVALID_ARG_TYPE);
    }
    const { as, c, fetch, tlsOnly, timeout, decrypt, jwksCache } = build_int(config);
    return (fapi
        ? oauth.validateDetachedSignatureResponse
        : oauth.validateCodeIdTokenResponse)(as, c, authorizationResponse, expectedNonce, expectedState, maxAge, {
        [oauth.customFetch]: fetch,
        [oauth.allowInsecureRequests]: !tlsOnly,
        headers: new Headers(headers),
        signal: build_signal(timeout),
        [oauth.jweDecrypt]: decrypt,
        [oauth.jwksCache]: jwksCache,
    }).catch(errorHandler);
}
async function refreshTokenGrant(config, refreshToken, parameters, options) {
    checkConfig(config);
    parameters = new URLSearchParams(parameters);
    const { as, c, auth, fetch, tlsOnly, nonRepudiation, timeout, decrypt } = build_int(config);
    const response = await refreshTokenGrantRequest(as, c, auth, refreshToken, {
        [customFetch]: fetch,
        [allowInsecureRequests]: !tlsOnly,
        additionalParameters: parameters,
        DPoP: options?.DPoP,
        headers: new Headers(headers),
        signal: build_signal(timeout),
    })
        .catch(errorHandler);
    const p = processRefreshTokenResponse(as, c, response, {
        [jweDecrypt]: decrypt,
    });
    let result;
    try {
        result = await p;
    }
    catch (err) {
        if (retryable(err, options)) {
            return refreshTokenGrant(config, refreshToken, parameters, {
                ...options,
                flag: retry,
            });
        }
        errorHandler(err);
    }
    result.id_token && (await nonRepudiation?.(response));
    addHelpers(result);
    return result;
}
async function clientCredentialsGrant(config, parameters, options) {
    checkConfig(config);
    parameters = new URLSearchParams(parameters);
    const { as, c, auth, fetch, tlsOnly, timeout } = build_int(config);
    const response = await clientCredentialsGrantRequest(as, c, auth, parameters, {
        [customFetch]: fetch,
        [allowInsecureRequests]: !tlsOnly,
        DPoP: options?.DPoP,
        headers: new Headers(headers),
        signal: build_signal(timeout),
    })
        .catch(errorHandler);
    const p = processClientCredentialsResponse(as, c, response);
    let result;
    try {
        result = await p;
    }
    catch (err) {
        if (retryable(err, options)) {
            return clientCredentialsGrant(config, parameters, {
                ...options,
                flag: retry,
            });
        }
        errorHandler(err);
    }
    addHelpers(result);
    return result;
}
function buildAuthorizationUrl(config, parameters) {
    checkConfig(config);
    const { as, c, tlsOnly, hybrid, jarm, implicit } = build_int(config);
    const authorizationEndpoint = resolveEndpoint(as, 'authorization_endpoint', false, tlsOnly);
    parameters = new URLSearchParams(parameters);
    if (!parameters.has('client_id')) {
        parameters.set('client_id', c.client_id);
    }
    if (!parameters.has('request_uri') && !parameters.has('request')) {
        if (!parameters.has('response_type')) {
            parameters.set('response_type', hybrid ? 'code id_token' : implicit ? 'id_token' : 'code');
        }
        if (implicit && !parameters.has('nonce')) {
            throw build_CodedTypeError('response_type=id_token clients must provide a nonce parameter in their authorization request parameters', build_ERR_INVALID_ARG_VALUE);
        }
        if (jarm) {
            parameters.set('response_mode', 'jwt');
        }
    }
    for (const [k, v] of parameters.entries()) {
        authorizationEndpoint.searchParams.append(k, v);
    }
    return authorizationEndpoint;
}
async function buildAuthorizationUrlWithJAR(config, parameters, signingKey, options) {
    checkConfig(config);
    const authorizationEndpoint = buildAuthorizationUrl(config, parameters);
    parameters = authorizationEndpoint.searchParams;
    if (!signingKey) {
        throw build_CodedTypeError('"signingKey" must be provided', build_ERR_INVALID_ARG_VALUE);
    }
    const { as, c } = build_int(config);
    const request = await oauth
        .issueRequestObject(as, c, parameters, signingKey, options)
        .catch(errorHandler);
    return buildAuthorizationUrl(config, { request });
}
async function buildAuthorizationUrlWithPAR(config, parameters, options) {
    checkConfig(config);
    const authorizationEndpoint = buildAuthorizationUrl(config, parameters);
    const { as, c, auth, fetch, tlsOnly, timeout } = build_int(config);
    const response = await pushedAuthorizationRequest(as, c, auth, authorizationEndpoint.searchParams, {
        [customFetch]: fetch,
        [allowInsecureRequests]: !tlsOnly,
        DPoP: options?.DPoP,
        headers: new Headers(headers),
        signal: build_signal(timeout),
    })
        .catch(errorHandler);
    const p = processPushedAuthorizationResponse(as, c, response);
    let result;
    try {
        result = await p;
    }
    catch (err) {
        if (retryable(err, options)) {
            return buildAuthorizationUrlWithPAR(config, parameters, {
                ...options,
                flag: retry,
            });
        }
        errorHandler(err);
    }
    return buildAuthorizationUrl(config, { request_uri: result.request_uri });
}
function buildEndSessionUrl(config, parameters) {
    checkConfig(config);
    const { as, c, tlsOnly } = build_int(config);
    const endSessionEndpoint = resolveEndpoint(as, 'end_session_endpoint', false, tlsOnly);
    parameters = new URLSearchParams(parameters);
    if (!parameters.has('client_id')) {
        parameters.set('client_id', c.client_id);
    }
    for (const [k, v] of parameters.entries()) {
        endSessionEndpoint.searchParams.append(k, v);
    }
    return endSessionEndpoint;
}
function checkConfig(input) {
    if (!(input instanceof Configuration)) {
        throw build_CodedTypeError('"config" must be an instance of Configuration', build_ERR_INVALID_ARG_TYPE);
    }
    if (Object.getPrototypeOf(input) !== Configuration.prototype) {
        throw build_CodedTypeError('subclassing Configuration is not allowed', build_ERR_INVALID_ARG_VALUE);
    }
}
function build_signal(timeout) {
    return timeout ? AbortSignal.timeout(timeout * 1000) : undefined;
}
async function fetchUserInfo(config, accessToken, expectedSubject, options) {
    checkConfig(config);
    const { as, c, fetch, tlsOnly, nonRepudiation, timeout, decrypt } = build_int(config);
    const response = await userInfoRequest(as, c, accessToken, {
        [customFetch]: fetch,
        [allowInsecureRequests]: !tlsOnly,
        DPoP: options?.DPoP,
        headers: new Headers(headers),
        signal: build_signal(timeout),
    })
        .catch(errorHandler);
    let exec = processUserInfoResponse(as, c, expectedSubject, response, {
        [jweDecrypt]: decrypt,
    });
    let result;
    try {
        result = await exec;
    }
    catch (err) {
        if (retryable(err, options)) {
            return fetchUserInfo(config, accessToken, expectedSubject, {
                ...options,
                flag: retry,
            });
        }
        errorHandler(err);
    }
    getContentType(response) === 'application/jwt' &&
        (await nonRepudiation?.(response));
    return result;
}
function retryable(err, options) {
    if (options?.DPoP && options.flag !== retry) {
        return isDPoPNonceError(err);
    }
    return false;
}
async function tokenIntrospection(config, token, parameters) {
    checkConfig(config);
    const { as, c, auth, fetch, tlsOnly, nonRepudiation, timeout, decrypt } = build_int(config);
    const response = await oauth
        .introspectionRequest(as, c, auth, token, {
        [oauth.customFetch]: fetch,
        [oauth.allowInsecureRequests]: !tlsOnly,
        additionalParameters: new URLSearchParams(parameters),
        headers: new Headers(headers),
        signal: build_signal(timeout),
    })
        .catch(errorHandler);
    const result = await oauth
        .processIntrospectionResponse(as, c, response, {
        [oauth.jweDecrypt]: decrypt,
    })
        .catch(errorHandler);
    oauth.getContentType(response) === 'application/token-introspection+jwt' &&
        (await nonRepudiation?.(response));
    return result;
}
const retry = Symbol();
async function genericGrantRequest(config, grantType, parameters, options) {
    checkConfig(config);
    const { as, c, auth, fetch, tlsOnly, timeout, decrypt, nonRepudiation } = build_int(config);
    const response = await genericTokenEndpointRequest(as, c, auth, grantType, new URLSearchParams(parameters), {
        [customFetch]: fetch,
        [allowInsecureRequests]: !tlsOnly,
        DPoP: options?.DPoP,
        headers: new Headers(headers),
        signal: build_signal(timeout),
    })
        .catch(errorHandler);
    let recognizedTokenTypes;
    if (grantType === 'urn:ietf:params:oauth:grant-type:token-exchange') {
        recognizedTokenTypes = { n_a: () => { } };
    }
    const p = processGenericTokenEndpointResponse(as, c, response, {
        [jweDecrypt]: decrypt,
        recognizedTokenTypes,
    });
    let result;
    try {
        result = await p;
    }
    catch (err) {
        if (retryable(err, options)) {
            return genericGrantRequest(config, grantType, parameters, {
                ...options,
                flag: retry,
            });
        }
        errorHandler(err);
    }
    result.id_token && (await nonRepudiation?.(response));
    addHelpers(result);
    return result;
}
async function tokenRevocation(config, token, parameters) {
    checkConfig(config);
    const { as, c, auth, fetch, tlsOnly, timeout } = build_int(config);
    return revocationRequest(as, c, auth, token, {
        [customFetch]: fetch,
        [allowInsecureRequests]: !tlsOnly,
        additionalParameters: new URLSearchParams(parameters),
        headers: new Headers(headers),
        signal: build_signal(timeout),
    })
        .then(processRevocationResponse)
        .catch(errorHandler);
}
async function fetchProtectedResource(config, accessToken, url, method, body, headers, options) {
    checkConfig(config);
    headers ||= new Headers();
    if (build_USER_AGENT && !headers.has('user-agent')) {
        headers.set('user-agent', build_USER_AGENT);
    }
    const { fetch, tlsOnly, timeout } = build_int(config);
    const exec = oauth.protectedResourceRequest(accessToken, method, url, headers, body, {
        [oauth.customFetch]: fetch,
        [oauth.allowInsecureRequests]: !tlsOnly,
        DPoP: options?.DPoP,
        signal: build_signal(timeout),
    });
    let result;
    try {
        result = await exec;
    }
    catch (err) {
        if (retryable(err, options)) {
            return fetchProtectedResource(config, accessToken, url, method, body, headers, {
                ...options,
                flag: retry,
            });
        }
        errorHandler(err);
    }
    return result;
}
//# sourceMappingURL=index.js.map
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/util/base64url.js
var base64url = __webpack_require__(1445);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/buffer_utils.js
var buffer_utils = __webpack_require__(7410);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/validate.js
var validate = __webpack_require__(7784);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/util/errors.js
var errors = __webpack_require__(5674);
;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/util/decode_jwt.js




function decodeJwt(jwt) {
  if (typeof jwt != "string")
    throw new errors/* JWTInvalid */.Dp("JWTs must use Compact JWS serialization, JWT must be a string");
  const { 1: encodedPayload, length } = jwt.split(".");
  if (length === 5)
    throw new errors/* JWTInvalid */.Dp("Only JWTs using Compact JWS serialization can be decoded");
  if (length !== 3)
    throw new errors/* JWTInvalid */.Dp("Invalid JWT");
  if (!encodedPayload)
    throw new errors/* JWTInvalid */.Dp("JWTs must contain a payload");
  let claimsSetBytes;
  try {
    claimsSetBytes = (0,base64url/* decode */.D)(encodedPayload);
  } catch (cause) {
    throw new errors/* JWTInvalid */.Dp("Failed to base64url decode the payload", { cause });
  }
  let claimsSet;
  try {
    claimsSet = JSON.parse(buffer_utils/* strictDecoder */.u8.decode(claimsSetBytes));
  } catch (cause) {
    throw new errors/* JWTInvalid */.Dp("Failed to parse the decoded payload as JSON", { cause });
  }
  if (!(0,validate/* isObject */.Gv)(claimsSet))
    throw new errors/* JWTInvalid */.Dp("Invalid JWT Claims Set");
  return claimsSet;
}


// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/jwks/remote.js + 1 modules
var remote = __webpack_require__(7315);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/jwt/verify.js + 1 modules
var verify = __webpack_require__(5057);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/key.js
var lib_key = __webpack_require__(7859);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/jws_algorithms.js
var jws_algorithms = __webpack_require__(8109);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/key_descriptor.js
var key_descriptor = __webpack_require__(3035);
;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/lib/jwe_algorithms.js


const wrap = [
  ["encrypt", "wrapKey"],
  ["decrypt", "unwrapKey"]
], derive = [[], ["deriveBits"]], none = [[], []];
function rsaes(bits) {
  return {
    kty: ["RSA"],
    mode: "key-encryption",
    subtle: { name: "RSA-OAEP", hash: `SHA-${bits}` },
    usages: wrap,
    ops: ["wrapKey", "unwrapKey"]
  };
}
function ecdh(mode) {
  return {
    kty: ["EC", "OKP"],
    mode,
    subtle: { name: "ECDH" },
    resolve: ({ kty, crv, asymmetricKeyType }) => {
      if (crv === "X25519" || asymmetricKeyType === "x25519")
        return { name: "X25519" };
      if (kty === "OKP")
        throw new errors/* JOSENotSupported */.T0('Invalid or unsupported JWK "alg" (Algorithm) Parameter value');
      return { name: "ECDH", namedCurve: crv };
    },
    usages: derive,
    ops: [void 0, "deriveBits"]
  };
}
function aeskw(bits, gcm = !1) {
  return {
    kty: ["oct"],
    mode: "key-wrapping",
    secret: !0,
    subtle: { name: gcm ? "AES-GCM" : "AES-KW", length: bits },
    usages: none,
    ops: gcm ? ["encrypt", "decrypt"] : ["wrapKey", "unwrapKey"]
  };
}
function pbes2() {
  return {
    kty: ["oct"],
    mode: "key-wrapping",
    secret: !0,
    subtle: { name: "PBKDF2" },
    usages: none,
    ops: ["deriveBits", "deriveBits"]
  };
}
const JWE = (0,key_descriptor/* table */.t)({
  dir: {
    kty: ["oct"],
    mode: "direct-encryption",
    secret: !0,
    subtle: { name: "AES-GCM" },
    usages: none,
    ops: ["encrypt", "decrypt"]
  },
  "RSA-OAEP": rsaes(1),
  "RSA-OAEP-256": rsaes(256),
  "RSA-OAEP-384": rsaes(384),
  "RSA-OAEP-512": rsaes(512),
  "ECDH-ES": ecdh("direct-key-agreement"),
  "ECDH-ES+A128KW": ecdh("key-agreement-with-key-wrapping"),
  "ECDH-ES+A192KW": ecdh("key-agreement-with-key-wrapping"),
  "ECDH-ES+A256KW": ecdh("key-agreement-with-key-wrapping"),
  A128KW: aeskw(128),
  A192KW: aeskw(192),
  A256KW: aeskw(256),
  A128GCMKW: aeskw(128, !0),
  A192GCMKW: aeskw(192, !0),
  A256GCMKW: aeskw(256, !0),
  "PBES2-HS256+A128KW": pbes2(),
  "PBES2-HS384+A192KW": pbes2(),
  "PBES2-HS512+A256KW": pbes2()
}), contentOps = ["encrypt", "decrypt"];
function contentEncryption(bits, cbc = !1) {
  return {
    kty: ["oct"],
    secret: !0,
    subtle: { name: cbc ? "AES-CBC" : "AES-GCM", length: bits },
    usages: none,
    ops: contentOps,
    cekBits: bits,
    ivBits: cbc ? 128 : 96,
    cbc
  };
}
const ENC = (0,key_descriptor/* table */.t)({
  A128GCM: contentEncryption(128),
  A192GCM: contentEncryption(192),
  A256GCM: contentEncryption(256),
  "A128CBC-HS256": contentEncryption(256, !0),
  "A192CBC-HS384": contentEncryption(384, !0),
  "A256CBC-HS512": contentEncryption(512, !0)
});
function unsupported(parameter, name) {
  throw new JOSENotSupported(`Invalid or unsupported "${parameter}" (JWE ${name}) header value`);
}
function jweAlgorithm(alg) {
  return (typeof alg == "string" ? JWE[alg] : void 0) ?? unsupported("alg", "Algorithm");
}
function isJWECEKTransport(algorithm) {
  return algorithm.mode === "key-wrapping" || algorithm.mode === "key-encryption" || algorithm.mode === "key-agreement-with-key-wrapping";
}
function jweEncryption(enc) {
  return (typeof enc == "string" ? ENC[enc] : void 0) ?? unsupported("enc", "Encryption Algorithm");
}


;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/lib/key_algorithm.js



const algArgument = '"alg" (Algorithm)';
function unsupportedAlg(source = 'JWK "alg" (Algorithm) Parameter') {
  throw new errors/* JOSENotSupported */.T0(`Invalid or unsupported ${source} value`);
}
function key_algorithm_keyAlgorithm(alg, source) {
  return (typeof alg == "string" ? jws_algorithms/* JWS */.p[alg] ?? JWE[alg] : void 0) ?? unsupportedAlg(source);
}


;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/lib/asn1.js




const formatPEM = (b64, descriptor) => {
  const newlined = (b64.match(/.{1,64}/g) || []).join(`
`);
  return `-----BEGIN ${descriptor}-----
${newlined}
-----END ${descriptor}-----`;
}, genericExport = async (keyType, keyFormat, key) => {
  if (isKeyObject(key)) {
    if (key.type !== keyType)
      throw new TypeError(`key is not a ${keyType} key`);
    return key.export({ format: "pem", type: keyFormat });
  }
  if (!isCryptoKey(key))
    throw new TypeError(invalidKeyInput(key, "CryptoKey", "KeyObject"));
  if (!key.extractable)
    throw new TypeError("CryptoKey is not extractable");
  if (key.type !== keyType)
    throw new TypeError(`key is not a ${keyType} key`);
  return formatPEM(encodeBase64(new Uint8Array(await crypto.subtle.exportKey(keyFormat, key))), `${keyType.toUpperCase()} KEY`);
}, toSPKI = (key) => genericExport("public", "spki", key), toPKCS8 = (key) => genericExport("private", "pkcs8", key), bytesEqual = (a, b) => {
  if (a.byteLength !== b.length)
    return !1;
  for (let i = 0; i < a.byteLength; i++)
    if (a[i] !== b[i])
      return !1;
  return !0;
}, createASN1State = (data) => ({ data, pos: 0 }), readByte = (state) => {
  const byte = state.data[state.pos++];
  if (byte === void 0)
    throw new Error("Unexpected end of ASN.1 input");
  return byte;
}, parseLength = (state) => {
  const first = readByte(state);
  if (first & 128) {
    const lengthOfLen = first & 127;
    let length = 0;
    for (let i = 0; i < lengthOfLen; i++)
      length = length << 8 | readByte(state);
    return length;
  }
  return first;
}, skipElement = (state, count = 1) => {
  for (; count-- > 0; ) {
    state.pos++;
    const length = parseLength(state);
    state.pos += length;
  }
}, expectTag = (state, expectedTag, errorMessage) => {
  if (readByte(state) !== expectedTag)
    throw new Error(errorMessage);
}, getSubarray = (state, length) => {
  if (length < 0 || state.pos + length > state.data.length)
    throw new Error("Unexpected end of ASN.1 input");
  const result = state.data.subarray(state.pos, state.pos + length);
  return state.pos += length, result;
}, parseAlgorithmOID = (state) => {
  expectTag(state, 6, "Expected algorithm OID");
  const oidLen = parseLength(state);
  return getSubarray(state, oidLen);
};
function parseKeyHeader(state, keyFormat) {
  if (expectTag(state, 48, `Invalid ${keyFormat === "spki" ? "SPKI" : "PKCS#8"} structure`), parseLength(state), keyFormat === "pkcs8") {
    expectTag(state, 2, "Expected version field");
    const length = parseLength(state);
    state.pos += length;
  }
  expectTag(state, 48, "Expected algorithm identifier"), parseLength(state);
}
const parseECAlgorithmIdentifier = (state) => {
  const algOid = parseAlgorithmOID(state);
  if (bytesEqual(algOid, [43, 101, 110]))
    return "X25519";
  if (!bytesEqual(algOid, [42, 134, 72, 206, 61, 2, 1]))
    throw new Error("Unsupported key algorithm");
  expectTag(state, 6, "Expected curve OID");
  const curveOidLen = parseLength(state), curveOid = getSubarray(state, curveOidLen);
  if (bytesEqual(curveOid, [42, 134, 72, 206, 61, 3, 1, 7]))
    return "P-256";
  if (bytesEqual(curveOid, [43, 129, 4, 0, 34]))
    return "P-384";
  if (bytesEqual(curveOid, [43, 129, 4, 0, 35]))
    return "P-521";
  throw new Error("Unsupported named curve");
}, genericImport = async (keyFormat, keyData, alg, options) => {
  const extractable = (0,lib_key/* validateExtractableOption */.l)(options?.extractable), entry = key_algorithm_keyAlgorithm(alg, algArgument);
  entry.secret && unsupportedAlg(algArgument);
  const isPublic = keyFormat === "spki";
  let algorithm;
  if (entry.resolve)
    try {
      const state = createASN1State(keyData);
      parseKeyHeader(state, keyFormat), algorithm = entry.resolve({ crv: parseECAlgorithmIdentifier(state) });
    } catch (cause) {
      throw new errors/* JOSENotSupported */.T0("Invalid or unsupported key format", { cause });
    }
  else
    algorithm = entry.subtle;
  return crypto.subtle.importKey(keyFormat, keyData, algorithm, extractable ?? isPublic, entry.usages[isPublic ? 0 : 1]);
}, processPEMData = (pem, pattern) => (0,buffer_utils/* decodeBase64 */.y4)(pem.replace(pattern, "")), fromPKCS8 = (pem, alg, options) => {
  const keyData = processPEMData(pem, /(?:-----(?:BEGIN|END) PRIVATE KEY-----|\s)/g);
  return genericImport("pkcs8", keyData, alg, options);
}, asn1_fromSPKI = (pem, alg, options) => {
  const keyData = processPEMData(pem, /(?:-----(?:BEGIN|END) PUBLIC KEY-----|\s)/g);
  return genericImport("spki", keyData, alg, options);
};
function spkiFromX509(buf) {
  const state = createASN1State(buf);
  expectTag(state, 48, "Invalid certificate structure");
  const certificateLength = parseLength(state);
  if (certificateLength < 0 || state.pos + certificateLength > state.data.length)
    throw new Error("Unexpected end of ASN.1 input");
  expectTag(state, 48, "Invalid tbsCertificate structure"), parseLength(state), buf[state.pos] === 160 ? skipElement(state, 6) : skipElement(state, 5);
  const spkiStart = state.pos;
  expectTag(state, 48, "Invalid SPKI structure");
  const spkiContentLen = parseLength(state);
  return buf.subarray(spkiStart, spkiStart + spkiContentLen + (state.pos - spkiStart));
}
const asn1_fromX509 = (pem, alg, options) => {
  let spki;
  try {
    const certificate = processPEMData(pem, /(?:-----(?:BEGIN|END) CERTIFICATE-----|\s)/g);
    spki = spkiFromX509(certificate);
  } catch (cause) {
    throw new TypeError("Failed to parse the X.509 certificate", { cause });
  }
  return genericImport("spki", spki, alg, options);
};


;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/key/import.js






async function importSPKI(spki, alg, options) {
  if (typeof spki != "string" || spki.indexOf("-----BEGIN PUBLIC KEY-----") !== 0)
    throw new TypeError('"spki" must be SPKI formatted string');
  return fromSPKI(spki, alg, options);
}
async function importX509(x509, alg, options) {
  if (typeof x509 != "string" || x509.indexOf("-----BEGIN CERTIFICATE-----") !== 0)
    throw new TypeError('"x509" must be X.509 formatted string');
  return fromX509(x509, alg, options);
}
async function importPKCS8(pkcs8, alg, options) {
  if (typeof pkcs8 != "string" || pkcs8.indexOf("-----BEGIN PRIVATE KEY-----") !== 0)
    throw new TypeError('"pkcs8" must be PKCS#8 formatted string');
  return fromPKCS8(pkcs8, alg, options);
}
async function importJWK(jwk, alg, options) {
  if (!isObject(jwk))
    throw new TypeError("JWK must be an object");
  const normalized = normalizeJwk(jwk), extractable = validateExtractableOption(options?.extractable), { alg: jwkAlg } = normalized;
  if (alg ??= jwkAlg, normalized.kty !== "oct" && !alg)
    throw new TypeError('"alg" argument is required when "jwk.alg" is not present');
  switch (normalized.kty) {
    case "oct":
      if (typeof normalized.k != "string")
        throw new TypeError('missing "k" (Key Value) Parameter value');
      return decodeBase64URL(normalized.k);
    case "AKP": {
      if (typeof jwkAlg != "string" || !jwkAlg)
        throw new TypeError('missing "alg" (Algorithm) Parameter value');
      if (alg !== jwkAlg)
        throw new TypeError("JWK alg and alg option value mismatch");
      return jwkToKey(keyAlgorithm(alg), normalized, extractable);
    }
    case "RSA":
    case "EC":
    case "OKP":
      return jwkToKey(keyAlgorithm(alg), normalized, extractable);
    default:
      throw new JOSENotSupported('Unsupported "kty" (Key Type) Parameter value');
  }
}


;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/lib/jws_sign.js






async function createSignature(input, key, rejectUnencoded) {
  let [payload, protectedHeader, unprotectedHeader, crit] = input, encodedProtectedHeader = "";
  if (protectedHeader !== void 0) {
    const normalized = (0,validate/* serializeJoseHeader */.ji)(errors/* JWSInvalid */.Ye, protectedHeader);
    protectedHeader = normalized[0], encodedProtectedHeader = (0,base64url/* encode */.l)(normalized[1]);
  }
  if (unprotectedHeader !== void 0 && (unprotectedHeader = (0,validate/* serializeJoseHeader */.ji)(errors/* JWSInvalid */.Ye, unprotectedHeader)[0]), !protectedHeader && !unprotectedHeader)
    throw new errors/* JWSInvalid */.Ye("either setProtectedHeader or setUnprotectedHeader must be called before #sign()");
  if (!(0,validate/* isDisjoint */.fz)(protectedHeader, unprotectedHeader))
    throw new errors/* JWSInvalid */.Ye("JWS Protected and JWS Unprotected Header Parameter names must be disjoint");
  const joseHeader = { ...protectedHeader, ...unprotectedHeader };
  (0,validate/* validateCritDuplicates */.BU)(errors/* JWSInvalid */.Ye, protectedHeader);
  const b64 = (0,validate/* validateB64 */.J0)(protectedHeader, (0,validate/* validateCrit */.nI)(errors/* JWSInvalid */.Ye, validate/* JWS_RECOGNIZED */.qc, crit, protectedHeader, joseHeader));
  b64 || rejectUnencoded?.();
  const { alg } = joseHeader;
  if (typeof alg != "string" || !alg)
    throw new errors/* JWSInvalid */.Ye('JWS "alg" (Algorithm) Header Parameter missing or invalid');
  const entry = (0,jws_algorithms/* jwsAlgorithm */.q)(alg);
  let encodedPayload = "", signingPayload = payload, signingInput;
  if (b64) {
    const encodedPayloadCache = input[4];
    encodedPayloadCache ? (encodedPayload = encodedPayloadCache[0] ??= (0,base64url/* encode */.l)(payload), signingPayload = encodedPayloadCache[1] ??= (0,buffer_utils/* encode */.lF)(encodedPayload)) : (encodedPayload = (0,base64url/* encode */.l)(payload), signingInput = buffer_utils/* encoder */.Rd.encode(`${encodedProtectedHeader}.${encodedPayload}`));
  }
  signingInput ??= (0,buffer_utils/* concat */.xW)((0,buffer_utils/* encode */.lF)(encodedProtectedHeader), (0,buffer_utils/* encode */.lF)("."), signingPayload);
  const signingKey = await (0,lib_key/* rawKey */.GK)(await (0,lib_key/* prepareKey */.dT)(entry, key, "sign"), entry.subtle, "sign");
  entry.minRsaBits && (0,lib_key/* checkModulusLength */.or)(entry.alg, signingKey);
  const jws = {
    signature: (0,base64url/* encode */.l)(new Uint8Array(await crypto.subtle.sign(entry.signing, signingKey, signingInput))),
    payload: encodedPayload
  };
  return protectedHeader && (jws.protected = encodedProtectedHeader), unprotectedHeader && (jws.header = unprotectedHeader), [jws, b64];
}
async function createCompactSignature(payload, protectedHeader, crit, key, rejectUnencoded) {
  const [jws] = await createSignature([payload, protectedHeader, void 0, crit], key, rejectUnencoded);
  return `${jws.protected}.${jws.payload}.${jws.signature}`;
}


// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/jwt_claims_set.js
var jwt_claims_set = __webpack_require__(5526);
;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/jwt/sign.js




const SignJWT_base = jwt_claims_set/* JWTClaimsBuilder */.cE;
class SignJWT extends SignJWT_base {
  #protectedHeader;
  setProtectedHeader(protectedHeader) {
    return (0,validate/* assertNotSet */.ac)(this.#protectedHeader, "setProtectedHeader"), this.#protectedHeader = protectedHeader, this;
  }
  async sign(key, options) {
    return createCompactSignature((0,jwt_claims_set/* jwtClaimsSetBytes */._g)(this), this.#protectedHeader, options?.crit, key, () => {
      throw new errors/* JWTInvalid */.Dp("JWTs MUST NOT use unencoded payload");
    });
  }
}


;// CONCATENATED MODULE: ./node_modules/@auth0/auth0-auth-js/dist/index.js
// src/auth-client.ts



// src/errors.ts
function extractHttpMetadata(cause) {
  if (typeof cause !== "object" || cause === null) {
    return {};
  }
  const c = cause;
  return {
    statusCode: typeof c.statusCode === "number" ? c.statusCode : void 0,
    headers: c.headers instanceof Headers ? c.headers : void 0,
    body: typeof c.body === "string" ? c.body : void 0
  };
}
function toOAuth2Error(e) {
  if (typeof e !== "object" || e === null) {
    return { error: "unknown_error", error_description: String(e) };
  }
  const err = e;
  let headers;
  if (err.response instanceof Response) {
    try {
      headers = new Headers(err.response.headers);
      headers.delete("set-cookie");
    } catch {
      headers = void 0;
    }
  }
  const base = {
    error: err.error ?? "",
    error_description: err.error_description ?? "",
    message: err.message,
    statusCode: typeof err.status === "number" ? err.status : void 0,
    headers
  };
  if (err.error === "mfa_required" && err.cause) {
    base.mfa_token = typeof err.cause.mfa_token === "string" ? err.cause.mfa_token : void 0;
    const req = err.cause.mfa_requirements;
    if (typeof req === "object" && req !== null) {
      base.mfa_requirements = req;
    }
  }
  return base;
}
var NotSupportedErrorCode = /* @__PURE__ */ ((NotSupportedErrorCode2) => {
  NotSupportedErrorCode2["PAR_NOT_SUPPORTED"] = "par_not_supported_error";
  NotSupportedErrorCode2["MTLS_WITHOUT_CUSTOMFETCH_NOT_SUPPORT"] = "mtls_without_custom_fetch_not_supported";
  return NotSupportedErrorCode2;
})(NotSupportedErrorCode || {});
var NotSupportedError = class extends Error {
  code;
  constructor(code, message) {
    super(message);
    this.name = "NotSupportedError";
    this.code = code;
  }
};
var ApiError = class extends Error {
  cause;
  code;
  /**
   * HTTP status code from the error response, when available.
   */
  statusCode;
  /**
   * Response headers from the error response, when available. Native Fetch `Headers`.
   */
  // TODO: add body?: string once async-at-throw-site pattern is resolved in a future minor.
  headers;
  /**
   * Raw response body text, when available.
   */
  body;
  constructor(code, message, cause) {
    super(message);
    this.code = code;
    this.cause = cause && {
      error: cause.error,
      error_description: cause.error_description,
      message: cause.message,
      mfa_token: cause.mfa_token,
      mfa_requirements: cause.mfa_requirements
    };
    const meta = extractHttpMetadata(cause);
    this.statusCode = meta.statusCode;
    this.headers = meta.headers;
    this.body = meta.body;
  }
};
var TokenByCodeError = class extends ApiError {
  constructor(message, cause) {
    super("token_by_code_error", message, cause);
    this.name = "TokenByCodeError";
  }
};
var TokenByClientCredentialsError = class extends ApiError {
  constructor(message, cause) {
    super("token_by_client_credentials_error", message, cause);
    this.name = "TokenByClientCredentialsError";
  }
};
var TokenByRefreshTokenError = class extends ApiError {
  constructor(message, cause) {
    super("token_by_refresh_token_error", message, cause);
    this.name = "TokenByRefreshTokenError";
  }
};
var TokenByPasswordError = class extends ApiError {
  constructor(message, cause) {
    super("token_by_password_error", message, cause);
    this.name = "TokenByPasswordError";
  }
};
var TokenForConnectionError = class extends ApiError {
  constructor(message, cause) {
    super("token_for_connection_error", message, cause);
    this.name = "TokenForConnectionErrorCode";
  }
};
var TokenExchangeError = class extends ApiError {
  constructor(message, cause) {
    super("token_exchange_error", message, cause);
    this.name = "TokenExchangeError";
  }
};
var TokenRevocationError = class extends ApiError {
  constructor(message, cause) {
    super("token_revocation_error", message, cause);
    this.name = "TokenRevocationError";
  }
};
var UserInfoError = class extends ApiError {
  constructor(message, cause) {
    super("user_info_error", message, cause);
    this.name = "UserInfoError";
  }
};
var VerifyLogoutTokenError = class extends Error {
  code = "verify_logout_token_error";
  constructor(message) {
    super(message);
    this.name = "VerifyLogoutTokenError";
  }
};
var BackchannelAuthenticationError = class extends ApiError {
  code = "backchannel_authentication_error";
  constructor(cause) {
    super(
      "backchannel_authentication_error",
      "There was an error when trying to use Client-Initiated Backchannel Authentication.",
      cause
    );
    this.name = "BackchannelAuthenticationError";
  }
};
var BuildAuthorizationUrlError = class extends ApiError {
  constructor(cause) {
    super("build_authorization_url_error", "There was an error when trying to build the authorization URL.", cause);
    this.name = "BuildAuthorizationUrlError";
  }
};
var BuildLinkUserUrlError = class extends ApiError {
  constructor(cause) {
    super("build_link_user_url_error", "There was an error when trying to build the Link User URL.", cause);
    this.name = "BuildLinkUserUrlError";
  }
};
var BuildUnlinkUserUrlError = class extends ApiError {
  constructor(cause) {
    super("build_unlink_user_url_error", "There was an error when trying to build the Unlink User URL.", cause);
    this.name = "BuildUnlinkUserUrlError";
  }
};
function isMfaRequiredError(error) {
  return error instanceof Error && error.cause?.error === "mfa_required" && typeof error.cause?.mfa_token === "string";
}
var EnterpriseConnectNotSupportedError = class extends Error {
  code = "enterprise_connect_not_supported";
  constructor(methodName) {
    super(
      `"${methodName}" is not supported in Enterprise Connect mode. Auth0 acts as a pure SSO relay and does not manage a session or issue refresh tokens.`
    );
    this.name = "EnterpriseConnectNotSupportedError";
  }
};
var MissingClientAuthError = class extends Error {
  code = "missing_client_auth_error";
  constructor() {
    super("The client secret or client assertion signing key must be provided.");
    this.name = "MissingClientAuthError";
  }
};
var OrganizationValidationError = class extends Error {
  code = "organization_validation_error";
  constructor(message) {
    super(message);
    this.name = "OrganizationValidationError";
  }
};
var MissingCapturedResponseError = class extends Error {
  code = "missing_captured_response_error";
  constructor(message) {
    super(
      message || "fullResponse: true requested but no HTTP Response was captured. This is a bug in CapturingFetch."
    );
    this.name = "MissingCapturedResponseError";
  }
};

// src/utils.ts
function filterSensitiveHeaders(source) {
  try {
    const filtered = new Headers(source);
    filtered.delete("set-cookie");
    return filtered;
  } catch {
    return new Headers();
  }
}
function attachHttpMetadata(err, e, captured) {
  const errObj = typeof e === "object" && e !== null ? e : void 0;
  const res = errObj?.response ?? captured;
  const status = typeof errObj?.status === "number" ? errObj.status : res?.status;
  if (typeof status === "number") err.statusCode = status;
  if (res?.headers) {
    err.headers = filterSensitiveHeaders(res.headers);
  }
}
function stripUndefinedProperties(value) {
  return Object.entries(value).filter(([, value2]) => typeof value2 !== "undefined").reduce((acc, curr) => ({ ...acc, [curr[0]]: curr[1] }), {});
}
function assertValidOrganization(organization) {
  if (!organization.trim()) {
    throw new OrganizationValidationError("organization must not be blank");
  }
}
function validateOrganizationClaim(claims, organization) {
  if (!claims) {
    return;
  }
  const org = organization.trim();
  if (org.startsWith("org_")) {
    const actual = claims.org_id;
    if (typeof actual !== "string") {
      throw new OrganizationValidationError("Organization Id (org_id) claim must be a string present in the ID token");
    }
    if (actual !== org) {
      throw new OrganizationValidationError(
        `Organization Id (org_id) claim value mismatch in the ID token; expected "${org}", found "${actual}"`
      );
    }
  } else {
    const actual = claims.org_name;
    if (typeof actual !== "string") {
      throw new OrganizationValidationError(
        "Organization Name (org_name) claim must be a string present in the ID token"
      );
    }
    if (actual.toLowerCase() !== org.toLowerCase()) {
      throw new OrganizationValidationError(
        `Organization Name (org_name) claim value mismatch in the ID token; expected "${org}", found "${actual}"`
      );
    }
  }
}

// src/mfa/mfa-client.ts


// src/mfa/errors.ts
var MfaError = class extends Error {
  cause;
  code;
  /**
   * HTTP status code from the error response, when available.
   */
  statusCode;
  /**
   * Response headers from the error response, when available. Native Fetch `Headers`.
   */
  headers;
  /**
   * Raw response body text, when available.
   */
  body;
  constructor(code, message, cause) {
    super(message);
    this.code = code;
    this.cause = cause && {
      error: cause.error,
      error_description: cause.error_description,
      message: cause.message
    };
    const meta = extractHttpMetadata(cause);
    this.statusCode = meta.statusCode;
    this.headers = meta.headers;
    this.body = meta.body;
  }
};
var MfaListAuthenticatorsError = class extends MfaError {
  constructor(message, cause) {
    super("mfa_list_authenticators_error", message, cause);
    this.name = "MfaListAuthenticatorsError";
  }
};
var MfaEnrollmentError = class extends MfaError {
  constructor(message, cause) {
    super("mfa_enrollment_error", message, cause);
    this.name = "MfaEnrollmentError";
  }
};
var MfaDeleteAuthenticatorError = class extends MfaError {
  constructor(message, cause) {
    super("mfa_delete_authenticator_error", message, cause);
    this.name = "MfaDeleteAuthenticatorError";
  }
};
var MfaChallengeError = class extends MfaError {
  constructor(message, cause) {
    super("mfa_challenge_error", message, cause);
    this.name = "MfaChallengeError";
  }
};
var MfaVerifyError = class extends MfaError {
  constructor(message, cause) {
    super("mfa_verify_error", message, cause);
    this.name = "MfaVerifyError";
  }
};

// src/mfa/utils.ts
function transformAuthenticatorResponse(api) {
  return {
    id: api.id,
    authenticatorType: api.authenticator_type,
    active: api.active,
    name: api.name,
    oobChannels: api.oob_channels,
    type: api.type
  };
}
function transformEnrollmentResponse(api) {
  if (api.authenticator_type === "otp") {
    return {
      authenticatorType: "otp",
      secret: api.secret,
      barcodeUri: api.barcode_uri,
      recoveryCodes: api.recovery_codes,
      id: api.id
    };
  }
  if (api.authenticator_type === "oob") {
    return {
      authenticatorType: "oob",
      oobChannel: api.oob_channel,
      oobCode: api.oob_code,
      bindingMethod: api.binding_method,
      id: api.id,
      barcodeUri: api.barcode_uri,
      recoveryCodes: api.recovery_codes
    };
  }
  throw new Error(`Unexpected authenticator type: ${api.authenticator_type}`);
}
function transformChallengeResponse(api) {
  const result = {
    challengeType: api.challenge_type
  };
  if (api.oob_code !== void 0) {
    result.oobCode = api.oob_code;
  }
  if (api.binding_method !== void 0) {
    result.bindingMethod = api.binding_method;
  }
  return result;
}

// src/types.ts
var TokenResponse = class _TokenResponse {
  /**
   * The access token retrieved from Auth0.
   */
  accessToken;
  /**
   * The id token retrieved from Auth0.
   */
  idToken;
  /**
   * The refresh token retrieved from Auth0.
   */
  refreshToken;
  /**
   * The time at which the access token expires (Unix timestamp in seconds).
   */
  expiresAt;
  /**
   * The scope of the access token.
   */
  scope;
  /**
   * The claims of the id token.
   */
  claims;
  /**
   * The authorization details of the token response.
   */
  authorizationDetails;
  /**
   * The type of the token (typically "Bearer").
   */
  tokenType;
  /**
   * A URI that identifies the type of the issued token (RFC 8693).
   *
   * @see {@link https://datatracker.ietf.org/doc/html/rfc8693#section-3 RFC 8693 Section 3}
   * @example "urn:ietf:params:oauth:token-type:access_token"
   */
  issuedTokenType;
  /**
   * A new recovery code returned after verifying with a recovery code.
   * Only present when using the recovery-code MFA factor.
   */
  recoveryCode;
  /**
   * The actor claim from a delegation token exchange (RFC 8693).
   *
   * Present when an `actorToken` was provided. Sourced from the ID token when
   * one is issued, or from the JWT access token in M2M flows where no ID token
   * is returned. Identifies the acting party on whose behalf the subject token
   * was exchanged.
   *
   * @see {@link https://www.rfc-editor.org/rfc/rfc8693#section-4.1 RFC 8693 Section 4.1}
   */
  act;
  constructor(accessToken, expiresAt, idToken, refreshToken, scope, claims, authorizationDetails) {
    this.accessToken = accessToken;
    this.idToken = idToken;
    this.refreshToken = refreshToken;
    this.expiresAt = expiresAt;
    this.scope = scope;
    this.claims = claims;
    this.authorizationDetails = authorizationDetails;
  }
  /**
   * Create a TokenResponse from a TokenEndpointResponse (openid-client).
   *
   * Populates all standard OAuth 2.0 token response fields plus RFC 8693 extensions.
   * Safely handles responses that may not include all optional fields (e.g., ID token,
   * refresh token, issued_token_type).
   *
   * @param response The TokenEndpointResponse from the token endpoint.
   * @returns A TokenResponse instance with all available token data.
   */
  static fromTokenEndpointResponse(response) {
    const claims = response.id_token ? response.claims() : void 0;
    const tokenResponse = new _TokenResponse(
      response.access_token,
      Math.floor(Date.now() / 1e3) + Number(response.expires_in),
      response.id_token,
      response.refresh_token,
      response.scope,
      claims,
      response.authorization_details
    );
    tokenResponse.tokenType = response.token_type;
    tokenResponse.issuedTokenType = response.issued_token_type;
    return tokenResponse;
  }
};

// src/telemetry.ts
function createTelemetryFetch(baseFetch, config) {
  if (config.enabled === false) {
    return baseFetch;
  }
  const telemetryData = {
    name: config.name,
    version: config.version
  };
  const headerValue = btoa(JSON.stringify(telemetryData));
  return async (input, init) => {
    const headers = input instanceof Request ? new Headers(input.headers) : new Headers();
    if (init?.headers) {
      const initHeaders = new Headers(init.headers);
      initHeaders.forEach((value, key) => {
        headers.set(key, value);
      });
    }
    headers.set("Auth0-Client", headerValue);
    return baseFetch(input, { ...init, headers });
  };
}
function getTelemetryConfig(config) {
  if (config?.enabled === false) {
    return config;
  }
  return {
    enabled: true,
    name: config?.name ?? "@auth0/auth0-auth-js",
    version: config?.version ?? "1.16.0"
  };
}

// src/request-fetch.ts
function combineSignals(callerSignal, initSignal) {
  if (!callerSignal) {
    return { signal: initSignal ?? void 0 };
  }
  if (!initSignal) {
    return { signal: callerSignal };
  }
  if (typeof AbortSignal !== "undefined" && typeof AbortSignal.any === "function") {
    return { signal: AbortSignal.any([callerSignal, initSignal]) };
  }
  const controller = new AbortController();
  const sources = [callerSignal, initSignal];
  const alreadyAborted = sources.find((s) => s.aborted);
  if (alreadyAborted) {
    controller.abort(alreadyAborted.reason);
    return { signal: controller.signal };
  }
  const listeners = [];
  const cleanup = () => {
    sources.forEach((s, i) => {
      const listener = listeners[i];
      if (listener) s.removeEventListener("abort", listener);
    });
  };
  sources.forEach((source, i) => {
    const listener = () => {
      cleanup();
      controller.abort(source.reason);
    };
    listeners[i] = listener;
    source.addEventListener("abort", listener, { once: true });
  });
  return { signal: controller.signal, cleanup };
}
function createCapturingFetch(baseFetch) {
  let capturedResponse;
  const wrappedFetch = async (input, init) => {
    const response = await baseFetch(input, init);
    capturedResponse = response.clone();
    return response;
  };
  const capturingFetch = wrappedFetch;
  capturingFetch.getCapturedResponse = () => capturedResponse;
  return capturingFetch;
}
function composeRequestFetch(baseFetch, requestOptions, telemetryConfig) {
  if (!requestOptions) {
    return baseFetch;
  }
  const { signal, headers, customFetch: perRequestFetch } = requestOptions;
  const base = perRequestFetch ? createTelemetryFetch(perRequestFetch, telemetryConfig) : baseFetch;
  if (!signal && !headers) {
    return base;
  }
  return async (input, init) => {
    const mergedHeaders = headers ? new Headers(input instanceof Request ? input.headers : void 0) : void 0;
    if (mergedHeaders && init?.headers) {
      new Headers(init.headers).forEach((value, key) => mergedHeaders.set(key, value));
    }
    if (headers) {
      for (const [key, value] of Object.entries(headers)) {
        const lowerKey = key.toLowerCase();
        if (lowerKey === "authorization" || lowerKey === "auth0-client") {
          continue;
        }
        mergedHeaders.set(key, value);
      }
    }
    const combined = combineSignals(signal, init?.signal);
    try {
      return await base(input, {
        ...init,
        ...mergedHeaders && { headers: mergedHeaders },
        signal: combined.signal
      });
    } finally {
      combined.cleanup?.();
    }
  };
}

// src/mfa/mfa-client.ts
var GRANT_TYPE_MAP = {
  otp: "http://auth0.com/oauth/grant-type/mfa-otp",
  oob: "http://auth0.com/oauth/grant-type/mfa-oob",
  "recovery-code": "http://auth0.com/oauth/grant-type/mfa-recovery-code"
};
var MfaClient = class {
  #baseUrl;
  #clientId;
  #clientSecret;
  #customFetch;
  #telemetryConfig;
  #getConfiguration;
  #createCaptureConfiguration;
  /**
   * @internal
   */
  constructor(options) {
    this.#baseUrl = `https://${options.domain}`;
    this.#clientId = options.clientId;
    this.#clientSecret = options.clientSecret;
    this.#customFetch = options.customFetch ?? ((...args) => fetch(...args));
    this.#telemetryConfig = options.telemetryConfig ?? getTelemetryConfig();
    this.#getConfiguration = options.getConfiguration;
    this.#createCaptureConfiguration = options.createCaptureConfiguration;
  }
  /**
   * Builds the fetch used for a raw (non-`openid-client`) request, composing the
   * caller's {@link RequestOptions} over the sub-client's base fetch. Returns the
   * base fetch unchanged when no options are supplied.
   */
  #fetchFor(requestOptions) {
    return composeRequestFetch(this.#customFetch, requestOptions, this.#telemetryConfig);
  }
  /**
   * Lists all MFA authenticators enrolled by the user.
   *
   * Retrieves a list of all multi-factor authentication methods that have been
   * enrolled for the user, including OTP (TOTP), SMS, voice, email, and recovery codes.
   *
   * @param options - Options for listing authenticators
   * @param options.mfaToken - MFA token obtained from an MFA challenge response
   * @returns Promise resolving to an array of enrolled authenticators
   * @throws {MfaListAuthenticatorsError} When the request fails (e.g., invalid token, network error)
   *
   * @example
   * ```typescript
   * const authenticators = await authClient.mfa.listAuthenticators({
   *   mfaToken: 'your_mfa_token_here'
   * });
   *
   * // authenticators is an array of enrolled authenticators
   * // Each has: id, authenticatorType, active, name, oobChannels (for OOB types), type
   * ```
   */
  async listAuthenticators(options, requestOptions) {
    const url = `${this.#baseUrl}/mfa/authenticators`;
    const { mfaToken } = options;
    const response = await this.#fetchFor(requestOptions)(url, {
      method: "GET",
      headers: {
        Authorization: `Bearer ${mfaToken}`,
        "Content-Type": "application/json"
      }
    });
    if (!response.ok) {
      const bodyText = await response.clone().text();
      const statusCode = response.status;
      const headers = filterSensitiveHeaders(response.headers);
      let error;
      try {
        error = JSON.parse(bodyText);
      } catch {
        throw new MfaListAuthenticatorsError("Failed to list authenticators", {
          error: "unknown_error",
          error_description: "Failed to list authenticators",
          statusCode,
          headers,
          body: bodyText
        });
      }
      throw new MfaListAuthenticatorsError(error.error_description || "Failed to list authenticators", {
        ...error,
        statusCode,
        headers,
        body: bodyText
      });
    }
    const apiResponse = await response.json();
    return apiResponse.map(transformAuthenticatorResponse);
  }
  /**
   * Enrolls a new MFA authenticator for the user.
   *
   * Initiates the enrollment process for a new multi-factor authentication method.
   * Supports OTP (TOTP apps like Google Authenticator), SMS, voice, and email authenticators.
   *
   * For OTP enrollment, the response includes a secret and QR code URI that the user
   * can scan with their authenticator app. For SMS/voice enrollment, a phone number
   * must be provided. For email enrollment, an optional email address can be specified.
   *
   * @param options - Enrollment options (type depends on authenticator being enrolled)
   * @param options.mfaToken - MFA token obtained from an MFA challenge response
   * @param options.authenticatorTypes - Array with one authenticator type: 'otp', 'oob', or 'email'
   * @param options.oobChannels - (OOB only) Delivery channels: 'sms', 'voice', or 'auth0'
   * @param options.phoneNumber - (OOB only) Phone number in E.164 format (e.g., +1234567890)
   * @param options.email - (Email only) Email address (optional, uses user's email if not provided)
   * @returns Promise resolving to enrollment response with authenticator details
   * @throws {MfaEnrollmentError} When enrollment fails (e.g., invalid parameters, network error)
   *
   * @example
   * ```typescript
   * // Enroll OTP authenticator (Google Authenticator, etc.)
   * const otpEnrollment = await authClient.mfa.enrollAuthenticator({
   *   authenticatorTypes: ['otp'],
   *   mfaToken: 'your_mfa_token_here'
   * });
   * // otpEnrollment.secret - Base32-encoded secret for TOTP
   * // otpEnrollment.barcodeUri - URI for generating QR code
   *
   * // Enroll SMS authenticator
   * const smsEnrollment = await authClient.mfa.enrollAuthenticator({
   *   authenticatorTypes: ['oob'],
   *   oobChannels: ['sms'],
   *   phoneNumber: '+1234567890',
   *   mfaToken: 'your_mfa_token_here'
   * });
   * ```
   */
  async enrollAuthenticator(options, requestOptions) {
    const url = `${this.#baseUrl}/mfa/associate`;
    const { mfaToken, ...sdkParams } = options;
    const apiParams = {
      authenticator_types: sdkParams.authenticatorTypes
    };
    if ("oobChannels" in sdkParams) {
      apiParams.oob_channels = sdkParams.oobChannels;
    }
    if ("phoneNumber" in sdkParams && sdkParams.phoneNumber) {
      apiParams.phone_number = sdkParams.phoneNumber;
    }
    if ("email" in sdkParams && sdkParams.email) {
      apiParams.email = sdkParams.email;
    }
    const response = await this.#fetchFor(requestOptions)(url, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${mfaToken}`,
        "Content-Type": "application/json"
      },
      body: JSON.stringify(apiParams)
    });
    if (!response.ok) {
      const bodyText = await response.clone().text();
      const statusCode = response.status;
      const headers = filterSensitiveHeaders(response.headers);
      let error;
      try {
        error = JSON.parse(bodyText);
      } catch {
        throw new MfaEnrollmentError("Failed to enroll authenticator", {
          error: "unknown_error",
          error_description: "Failed to enroll authenticator",
          statusCode,
          headers,
          body: bodyText
        });
      }
      throw new MfaEnrollmentError(error.error_description || "Failed to enroll authenticator", {
        ...error,
        statusCode,
        headers,
        body: bodyText
      });
    }
    const apiResponse = await response.json();
    return transformEnrollmentResponse(apiResponse);
  }
  /**
   * Deletes an enrolled MFA authenticator.
   *
   * Removes a previously enrolled multi-factor authentication method from the user's account.
   * The authenticator ID can be obtained from the listAuthenticators() method.
   *
   * @param options - Options for deleting an authenticator
   * @param options.authenticatorId - ID of the authenticator to delete (e.g., 'totp|dev_abc123')
   * @param options.mfaToken - MFA token obtained from an MFA challenge response
   * @returns Promise that resolves when the authenticator is successfully deleted
   * @throws {MfaDeleteAuthenticatorError} When deletion fails (e.g., invalid ID, network error)
   *
   * @example
   * ```typescript
   * // First, list authenticators to get the ID
   * const authenticators = await authClient.mfa.listAuthenticators({
   *   mfaToken: 'your_mfa_token_here'
   * });
   *
   * // Delete a specific authenticator
   * await authClient.mfa.deleteAuthenticator({
   *   authenticatorId: authenticators[0].id,
   *   mfaToken: 'your_mfa_token_here'
   * });
   * ```
   */
  async deleteAuthenticator(options, requestOptions) {
    const { authenticatorId, mfaToken } = options;
    const url = `${this.#baseUrl}/mfa/authenticators/${encodeURIComponent(authenticatorId)}`;
    const response = await this.#fetchFor(requestOptions)(url, {
      method: "DELETE",
      headers: {
        Authorization: `Bearer ${mfaToken}`,
        "Content-Type": "application/json"
      }
    });
    if (!response.ok) {
      const bodyText = await response.clone().text();
      const statusCode = response.status;
      const headers = filterSensitiveHeaders(response.headers);
      let error;
      try {
        error = JSON.parse(bodyText);
      } catch {
        throw new MfaDeleteAuthenticatorError("Failed to delete authenticator", {
          error: "unknown_error",
          error_description: "Failed to delete authenticator",
          statusCode,
          headers,
          body: bodyText
        });
      }
      throw new MfaDeleteAuthenticatorError(error.error_description || "Failed to delete authenticator", {
        ...error,
        statusCode,
        headers,
        body: bodyText
      });
    }
  }
  /**
   * Initiates an MFA challenge for user verification.
   *
   * Creates a challenge that the user must complete to verify their identity using
   * one of their enrolled MFA factors. For OTP challenges, the user enters a code
   * from their authenticator app. For OOB (out-of-band) challenges like SMS, a code
   * is sent to the user's device.
   *
   * @param options - Challenge options
   * @param options.mfaToken - MFA token obtained from an MFA challenge response
   * @param options.challengeType - Type of challenge: 'otp' for TOTP apps, 'oob' for SMS/voice/push
   * @param options.authenticatorId - (Optional) Specific authenticator to challenge
   * @returns Promise resolving to challenge response with challenge details
   * @throws {MfaChallengeError} When the challenge fails (e.g., invalid parameters, network error)
   *
   * @example
   * ```typescript
   * // Challenge with OTP (user enters code from their app)
   * const otpChallenge = await authClient.mfa.challengeAuthenticator({
   *   challengeType: 'otp',
   *   mfaToken: 'your_mfa_token_here'
   * });
   *
   * // Challenge with SMS (code sent to user's phone)
   * const smsChallenge = await authClient.mfa.challengeAuthenticator({
   *   challengeType: 'oob',
   *   authenticatorId: 'sms|dev_abc123',
   *   mfaToken: 'your_mfa_token_here'
   * });
   * // smsChallenge.oobCode - Out-of-band code for verification
   * ```
   */
  async challengeAuthenticator(options, requestOptions) {
    const url = `${this.#baseUrl}/mfa/challenge`;
    const { mfaToken, ...challengeParams } = options;
    const body = {
      mfa_token: mfaToken,
      client_id: this.#clientId,
      challenge_type: challengeParams.challengeType
    };
    if (this.#clientSecret) {
      body.client_secret = this.#clientSecret;
    }
    if (challengeParams.authenticatorId) {
      body.authenticator_id = challengeParams.authenticatorId;
    }
    const response = await this.#fetchFor(requestOptions)(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json"
      },
      body: JSON.stringify(body)
    });
    if (!response.ok) {
      const bodyText = await response.clone().text();
      const statusCode = response.status;
      const headers = filterSensitiveHeaders(response.headers);
      let error;
      try {
        error = JSON.parse(bodyText);
      } catch {
        throw new MfaChallengeError("Failed to challenge authenticator", {
          error: "unknown_error",
          error_description: "Failed to challenge authenticator",
          statusCode,
          headers,
          body: bodyText
        });
      }
      throw new MfaChallengeError(error.error_description || "Failed to challenge authenticator", {
        ...error,
        statusCode,
        headers,
        body: bodyText
      });
    }
    const apiResponse = await response.json();
    return transformChallengeResponse(apiResponse);
  }
  async verify(options, requestOptions) {
    if (!this.#getConfiguration) {
      throw new Error("MFA verify requires a configuration provider (getConfiguration was not set)");
    }
    const params = {
      mfa_token: options.mfaToken
    };
    if (options.audience) {
      params.audience = options.audience;
    }
    if (options.factorType === "otp") {
      params.otp = options.otp;
    } else if (options.factorType === "oob") {
      params.oob_code = options.oobCode;
      if (options.bindingCode) {
        params.binding_code = options.bindingCode;
      }
    } else if (options.factorType === "recovery-code") {
      params.recovery_code = options.recoveryCode;
    }
    if (options.fullResponse) {
      if (!this.#createCaptureConfiguration) {
        throw new Error("MFA verify fullResponse requires a capture-config factory (createCaptureConfiguration was not set)");
      }
      const baseConfiguration = await this.#getConfiguration(requestOptions);
      const baseFetch = baseConfiguration[build_customFetch] ?? fetch;
      const capturingFetch = createCapturingFetch(baseFetch);
      const captureConfiguration = await this.#createCaptureConfiguration(capturingFetch);
      try {
        const tokenEndpointResponse = await genericGrantRequest(
          captureConfiguration,
          GRANT_TYPE_MAP[options.factorType],
          params
        );
        const tokenResponse = TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
        if (tokenEndpointResponse.recovery_code) {
          tokenResponse.recoveryCode = tokenEndpointResponse.recovery_code;
        }
        const capturedResponse = capturingFetch.getCapturedResponse();
        if (!capturedResponse) {
          throw new MissingCapturedResponseError();
        }
        return { data: tokenResponse, response: capturedResponse };
      } catch (e) {
        if (e instanceof MissingCapturedResponseError) throw e;
        if (e instanceof MfaVerifyError) throw e;
        const rawErr = e;
        const mfaErr = new MfaVerifyError(rawErr.error_description || rawErr.message || "Failed to verify MFA challenge", {
          error: rawErr.error ?? "mfa_verify_error",
          error_description: rawErr.error_description ?? rawErr.message ?? "Failed to verify MFA challenge"
        });
        attachHttpMetadata(mfaErr, e, capturingFetch.getCapturedResponse());
        throw mfaErr;
      }
    }
    const configuration = await this.#getConfiguration(requestOptions);
    try {
      const tokenEndpointResponse = await genericGrantRequest(
        configuration,
        GRANT_TYPE_MAP[options.factorType],
        params
      );
      const tokenResponse = TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
      if (tokenEndpointResponse.recovery_code) {
        tokenResponse.recoveryCode = tokenEndpointResponse.recovery_code;
      }
      return tokenResponse;
    } catch (e) {
      if (e instanceof MfaVerifyError) {
        throw e;
      }
      const rawErr = e;
      const mfaErr = new MfaVerifyError(rawErr.error_description || rawErr.message || "Failed to verify MFA challenge", {
        error: rawErr.error ?? "mfa_verify_error",
        error_description: rawErr.error_description ?? rawErr.message ?? "Failed to verify MFA challenge"
      });
      attachHttpMetadata(mfaErr, e);
      throw mfaErr;
    }
  }
};

// src/passkey/errors.ts
var PasskeyError = class extends Error {
  cause;
  code;
  /**
   * HTTP status code from the error response, when available.
   */
  statusCode;
  /**
   * Response headers from the error response, when available. Native Fetch `Headers`.
   */
  headers;
  /**
   * Raw response body text, when available.
   */
  body;
  constructor(code, message, cause) {
    super(message);
    this.code = code;
    this.cause = cause && {
      error: cause.error,
      error_description: cause.error_description,
      message: cause.message
    };
    const meta = extractHttpMetadata(cause);
    this.statusCode = meta.statusCode;
    this.headers = meta.headers;
    this.body = meta.body;
  }
};
var PasskeyRegisterError = class extends PasskeyError {
  constructor(message, cause) {
    super("passkey_register_error", message, cause);
    this.name = "PasskeyRegisterError";
  }
};
var PasskeyChallengeError = class extends PasskeyError {
  constructor(message, cause) {
    super("passkey_challenge_error", message, cause);
    this.name = "PasskeyChallengeError";
  }
};
var PasskeyGetTokenError = class extends PasskeyError {
  constructor(message, cause) {
    super("passkey_get_token_error", message, cause);
    this.name = "PasskeyGetTokenError";
    this.cause = cause && {
      error: cause.error,
      error_description: cause.error_description,
      message: cause.message,
      mfa_token: cause.mfa_token,
      mfa_requirements: cause.mfa_requirements
    };
  }
};

// src/passkey/utils.ts
function buildClientAuthBody(options) {
  if (options.useMtls) {
    return {};
  }
  if (options.clientSecret) {
    return { client_secret: options.clientSecret };
  }
  return {};
}
function transformSignupChallengeResponse(api) {
  return {
    authSession: api.auth_session,
    authnParamsPublicKey: { ...api.authn_params_public_key }
  };
}
function transformLoginChallengeResponse(api) {
  return {
    authSession: api.auth_session,
    authnParamsPublicKey: { ...api.authn_params_public_key }
  };
}

// src/passkey/passkey-client.ts
var PASSKEY_GRANT_TYPE = "urn:okta:params:oauth:grant-type:webauthn";
var PasskeyClient = class {
  #baseUrl;
  #clientId;
  #clientAuthOptions;
  #customFetch;
  #telemetryConfig;
  #grantRequest;
  /**
   * @internal
   */
  constructor(options) {
    this.#baseUrl = `https://${options.domain}`;
    this.#clientId = options.clientId;
    this.#clientAuthOptions = {
      clientSecret: options.clientSecret,
      useMtls: options.useMtls
    };
    this.#customFetch = options.customFetch ?? ((...args) => fetch(...args));
    this.#telemetryConfig = options.telemetryConfig ?? getTelemetryConfig();
    this.#grantRequest = options.grantRequest;
  }
  /**
   * Builds the fetch used for a raw (non-`openid-client`) request, composing the
   * caller's {@link RequestOptions} over the sub-client's base fetch.
   */
  #fetchFor(requestOptions) {
    return composeRequestFetch(this.#customFetch, requestOptions, this.#telemetryConfig);
  }
  async #parseErrorResponse(response) {
    const bodyText = await response.clone().text();
    try {
      const parsed = JSON.parse(bodyText);
      return {
        ...parsed,
        statusCode: response.status,
        headers: response.headers,
        body: bodyText
      };
    } catch {
      return {
        error: "unknown_error",
        error_description: `HTTP ${response.status} ${response.statusText}`,
        statusCode: response.status,
        headers: response.headers,
        body: bodyText
      };
    }
  }
  /**
   * Requests a passkey signup challenge for a new user.
   *
   * Returns the WebAuthn public key creation options that should be passed to
   * the platform's credential manager (e.g., `navigator.credentials.create()`)
   * to register a new passkey.
   *
   * @param options - User profile data and optional realm
   * @returns Promise resolving to the signup challenge with auth session and public key creation options
   * @throws {PasskeyRegisterError} When the challenge request fails
   *
   * @example
   * ```typescript
   * const challenge = await authClient.passkey.register({
   *   email: 'user@example.com',
   *   name: 'Jane Doe',
   *   realm: 'Username-Password-Authentication'
   * });
   * ```
   */
  async register(options, requestOptions) {
    const url = `${this.#baseUrl}/passkey/register`;
    const userProfile = {
      ...options.email && { email: options.email },
      ...options.name && { name: options.name },
      ...options.phoneNumber && { phone_number: options.phoneNumber },
      ...options.username && { username: options.username },
      ...options.givenName && { given_name: options.givenName },
      ...options.familyName && { family_name: options.familyName },
      ...options.nickname && { nickname: options.nickname },
      ...options.picture && { picture: options.picture }
    };
    const body = {
      client_id: this.#clientId,
      ...buildClientAuthBody(this.#clientAuthOptions),
      user_profile: userProfile
    };
    if (options.realm) body.realm = options.realm;
    if (options.organization) body.organization = options.organization;
    if (options.userMetadata) body.user_metadata = options.userMetadata;
    const response = await this.#fetchFor(requestOptions)(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body)
    });
    if (!response.ok) {
      const error = await this.#parseErrorResponse(response);
      const err = new PasskeyRegisterError(error.error_description || "Failed to request signup challenge", error);
      err.statusCode = response.status;
      err.headers = filterSensitiveHeaders(response.headers);
      throw err;
    }
    const apiResponse = await response.json();
    return transformSignupChallengeResponse(apiResponse);
  }
  /**
   * Requests a passkey login challenge for an existing user.
   *
   * Returns the WebAuthn public key request options that should be passed to
   * the platform's credential manager (e.g., `navigator.credentials.get()`)
   * to retrieve an existing passkey.
   *
   * @param options - Optional realm configuration
   * @returns Promise resolving to the login challenge with auth session and public key request options
   * @throws {PasskeyChallengeError} When the challenge request fails
   *
   * @example
   * ```typescript
   * const challenge = await authClient.passkey.challenge({
   *   realm: 'Username-Password-Authentication'
   * });
   * ```
   */
  async challenge(options, requestOptions) {
    const url = `${this.#baseUrl}/passkey/challenge`;
    const body = {
      client_id: this.#clientId,
      ...buildClientAuthBody(this.#clientAuthOptions)
    };
    if (options?.realm) body.realm = options.realm;
    if (options?.organization) body.organization = options.organization;
    const response = await this.#fetchFor(requestOptions)(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body)
    });
    if (!response.ok) {
      const error = await this.#parseErrorResponse(response);
      const err = new PasskeyChallengeError(error.error_description || "Failed to request login challenge", error);
      err.statusCode = response.status;
      err.headers = filterSensitiveHeaders(response.headers);
      throw err;
    }
    const apiResponse = await response.json();
    return transformLoginChallengeResponse(apiResponse);
  }
  async getTokenByPasskey(options, requestOptions) {
    if (options.organization !== void 0) {
      assertValidOrganization(options.organization);
    }
    const params = new URLSearchParams({
      auth_session: options.authSession,
      authn_response: JSON.stringify(options.credential)
    });
    if (options.realm) params.append("realm", options.realm);
    if (options.scope) params.append("scope", options.scope);
    if (options.audience) params.append("audience", options.audience);
    if (options.organization) params.append("organization", options.organization);
    let tokenResponse;
    try {
      tokenResponse = await this.#grantRequest(PASSKEY_GRANT_TYPE, params, requestOptions, options.fullResponse);
    } catch (e) {
      if (e instanceof MissingCapturedResponseError) throw e;
      const apiError = toOAuth2Error(e);
      const err = new PasskeyGetTokenError(
        apiError.error_description || "Failed to exchange passkey credential for tokens.",
        apiError
      );
      attachHttpMetadata(err, e);
      throw err;
    }
    if (options.fullResponse) {
      const envelope = tokenResponse;
      if (options.organization) {
        validateOrganizationClaim(envelope.data.claims, options.organization);
      }
      return envelope;
    }
    const bare = tokenResponse;
    if (options.organization) {
      validateOrganizationClaim(bare.claims, options.organization);
    }
    return bare;
  }
};

// src/passwordless/errors.ts
var PasswordlessError = class extends Error {
  cause;
  code;
  /**
   * HTTP status code from the error response, when available.
   */
  statusCode;
  /**
   * Response headers from the error response, when available. Native Fetch `Headers`.
   */
  // TODO: add body?: string once async-at-throw-site pattern is resolved in a future minor.
  headers;
  /**
   * Raw response body text, when available.
   */
  body;
  constructor(code, message, cause) {
    super(message);
    Object.setPrototypeOf(this, new.target.prototype);
    this.code = code;
    this.cause = cause && (cause.error || cause.error_description) ? {
      error: cause.error,
      error_description: cause.error_description,
      message: cause.message,
      mfa_token: cause.mfa_token,
      mfa_requirements: cause.mfa_requirements
    } : void 0;
    const meta = extractHttpMetadata(cause);
    this.statusCode = meta.statusCode;
    this.headers = meta.headers;
    this.body = meta.body;
  }
};
var PasswordlessStartError = class extends PasswordlessError {
  constructor(message, cause) {
    super("passwordless_start_error", message, cause);
    this.name = "PasswordlessStartError";
  }
};
var PasswordlessVerifyError = class extends PasswordlessError {
  constructor(message, cause) {
    super("passwordless_verify_error", message, cause);
    this.name = "PasswordlessVerifyError";
  }
};
var PasswordlessDbGetTokenError = class extends PasswordlessError {
  // No manual `cause` re-copy needed: the base PasswordlessError constructor
  // already preserves `mfa_token`/`mfa_requirements` (unlike the passkey base,
  // which drops them and forces PasskeyGetTokenError to re-copy). Do not "align"
  // this with PasskeyGetTokenError by adding a cause override — it would be redundant.
  constructor(message, cause) {
    super("passwordless_db_get_token_error", message, cause);
    this.name = "PasswordlessDbGetTokenError";
  }
};
var PasswordlessChallengeError = class extends PasswordlessError {
  /**
   * HTTP status code of the failed response. Set to 0 for network errors.
   *
   * @remarks This field is `number` (never `undefined`) on `PasswordlessChallengeError`,
   * narrowing the `statusCode?: number` declared on the base `PasswordlessError`. The
   * narrowing is intentional: the constructor always receives a status and uses `0` as the
   * network-error sentinel, so callers can rely on this field being defined.
   */
  statusCode;
  /**
   * Field-level validation errors from the server, if present in the response.
   * Format: `[{ field: string, message: string }, ...]`
   */
  validationErrors;
  /**
   * Constructs a PasswordlessChallengeError.
   *
   * @param message - Human-readable error description
   * @param statusCode - HTTP response status, or 0 for network errors
   * @param cause - Optional structured error from server (OAuth2Error)
   * @param validationErrors - Optional field-level validation errors
   * @param headers - Optional HTTP headers from the failed response
   */
  constructor(message, statusCode, cause, validationErrors, headers) {
    super("passwordless_challenge_error", message, cause);
    this.name = "PasswordlessChallengeError";
    this.statusCode = statusCode;
    this.validationErrors = validationErrors;
    this.headers = headers ?? this.headers;
  }
};

// src/passwordless/utils.ts

var DEFAULT_CLIENT_ASSERTION_ALG = "RS256";
var CLIENT_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
var CLIENT_ASSERTION_EXPIRY_SECONDS = 120;
function isE164PhoneNumber(phoneNumber) {
  return /^\+[1-9]\d{1,14}$/.test(phoneNumber);
}
async function buildClientAuthBody2(options, clientId, domain) {
  if (options.useMtls) {
    return {};
  }
  if (options.clientAssertionSigningKey) {
    const alg = options.clientAssertionSigningAlg ?? DEFAULT_CLIENT_ASSERTION_ALG;
    const privateKey = options.clientAssertionSigningKey instanceof CryptoKey ? options.clientAssertionSigningKey : await importPKCS8(options.clientAssertionSigningKey, alg);
    const clientAssertion = await new SignJWT({}).setProtectedHeader({ alg }).setIssuer(clientId).setSubject(clientId).setAudience(`https://${domain}/`).setJti(crypto.randomUUID()).setIssuedAt().setExpirationTime(`${CLIENT_ASSERTION_EXPIRY_SECONDS}s`).sign(privateKey);
    return {
      client_assertion: clientAssertion,
      client_assertion_type: CLIENT_ASSERTION_TYPE
    };
  }
  if (options.clientSecret) {
    return { client_secret: options.clientSecret };
  }
  throw new MissingClientAuthError();
}
function transformSendEmailRequest(options) {
  const send = options.send ?? "code";
  const wire = {
    email: options.email,
    connection: "email",
    send
  };
  if (send === "link" && options.authParams) {
    wire.authParams = options.authParams;
  }
  return wire;
}
function transformSendSmsRequest(options) {
  return {
    phone_number: options.phoneNumber,
    connection: "sms"
  };
}
function transformChallengeEmailRequest(options) {
  return {
    email: options.email,
    connection: options.connection,
    allow_signup: options.allowSignup ?? false
  };
}
function transformChallengePhoneRequest(options) {
  const body = {
    phone_number: options.phoneNumber,
    connection: options.connection,
    allow_signup: options.allowSignup ?? false
  };
  if (options.deliveryMethod) {
    body.delivery_method = options.deliveryMethod;
  }
  return body;
}

// src/passwordless/passwordless-client.ts
var PASSWORDLESS_OTP_GRANT_TYPE = "http://auth0.com/oauth/grant-type/passwordless/otp";
var PasswordlessClient = class {
  #baseUrl;
  #domain;
  #clientId;
  #customFetch;
  #telemetryConfig;
  #clientAuthOptions;
  #grantRequest;
  /**
   * @internal
   */
  constructor(options) {
    this.#domain = options.domain;
    this.#baseUrl = `https://${options.domain}`;
    this.#clientId = options.clientId;
    this.#customFetch = options.customFetch ?? ((...args) => fetch(...args));
    this.#telemetryConfig = options.telemetryConfig ?? getTelemetryConfig();
    this.#clientAuthOptions = {
      clientSecret: options.clientSecret,
      clientAssertionSigningKey: options.clientAssertionSigningKey,
      clientAssertionSigningAlg: options.clientAssertionSigningAlg,
      useMtls: options.useMtls
    };
    this.#grantRequest = options.grantRequest;
  }
  /**
   * Builds the fetch used for a raw (non-`openid-client`) request, composing the
   * caller's {@link RequestOptions} over the sub-client's base fetch.
   */
  #fetchFor(requestOptions) {
    return composeRequestFetch(this.#customFetch, requestOptions, this.#telemetryConfig);
  }
  async sendEmail(options, requestOptions) {
    const response = await this.#start(
      transformSendEmailRequest(options),
      "Failed to send passwordless email",
      options.language,
      requestOptions
    );
    if (options.fullResponse) {
      return { data: void 0, response };
    }
  }
  async sendSms(options, requestOptions) {
    if (!isE164PhoneNumber(options.phoneNumber)) {
      throw new PasswordlessStartError("Phone number must be in E.164 format (e.g. +14155550100).");
    }
    const response = await this.#start(
      transformSendSmsRequest(options),
      "Failed to send passwordless SMS",
      options.language,
      requestOptions
    );
    if (options.fullResponse) {
      return { data: void 0, response };
    }
  }
  /**
   * Requests a passwordless OTP challenge for email delivery against a database connection.
   *
   * Initiates a challenge on a database connection configured with `email_otp`.
   * On success, returns an opaque `auth_session` token for subsequent OTP verification
   * via the token endpoint.
   *
   * @param options - Challenge options
   * @throws {PasswordlessChallengeError} When validation fails, the request fails,
   *   or the server returns a non-2xx response
   * @throws {MissingClientAuthError} When no client authentication method is configured
   *
   * @example
   * ```typescript
   * const challenge = await authClient.passwordless.challengeWithEmail({
   *   email: 'user@example.com',
   *   connection: 'my-db-connection',
   *   allowSignup: true,
   * });
   * // `authSession` is opaque — store it and pass it to the OTP exchange; never log or inspect it.
   * const tokens = await authClient.passwordless.getTokenByPasswordlessDbConnection({
   *   authSession: challenge.authSession,
   *   otp: '123456',
   * });
   * ```
   */
  async challengeWithEmail(options, requestOptions) {
    const wireBody = transformChallengeEmailRequest(options);
    return this.#challenge(wireBody, "Failed to request email OTP challenge", requestOptions);
  }
  /**
   * Requests a passwordless OTP challenge for phone delivery against a database connection.
   *
   * Initiates a challenge on a database connection configured with `phone_otp`.
   * On success, returns an opaque `auth_session` token for subsequent OTP verification
   * via the token endpoint.
   *
   * @param options - Challenge options
   * @throws {PasswordlessChallengeError} When the phone number is invalid, the request fails,
   *   or the server returns a non-2xx response
   * @throws {MissingClientAuthError} When no client authentication method is configured
   *
   * @example
   * ```typescript
   * const challenge = await authClient.passwordless.challengeWithPhoneNumber({
   *   phoneNumber: '+14155550100',
   *   connection: 'my-db-connection',
   *   deliveryMethod: 'voice',
   * });
   * ```
   */
  async challengeWithPhoneNumber(options, requestOptions) {
    if (!isE164PhoneNumber(options.phoneNumber)) {
      throw new PasswordlessChallengeError(
        "Phone number must be in E.164 format (e.g. +14155550100).",
        0,
        void 0,
        void 0
      );
    }
    const wireBody = transformChallengePhoneRequest(options);
    return this.#challenge(wireBody, "Failed to request phone OTP challenge", requestOptions);
  }
  /**
   * Performs the `/passwordless/start` POST with client authentication and uniform
   * error handling. Accepts both `200 {}` and `204 No Content` as success; never
   * parses a body on `204`.
   */
  async #start(wireBody, failureMessage, language, requestOptions) {
    const clientAuthBody = await buildClientAuthBody2(this.#clientAuthOptions, this.#clientId, this.#domain);
    const finalBody = {
      client_id: this.#clientId,
      ...wireBody,
      ...clientAuthBody
    };
    let response;
    try {
      response = await this.#fetchFor(requestOptions)(`${this.#baseUrl}/passwordless/start`, {
        method: "POST",
        // `x-request-language` is an HTTP header (not a body field) used to localize
        // the email/SMS template, matching node-auth0 / nextjs-auth0.
        headers: {
          "Content-Type": "application/json",
          ...language ? { "x-request-language": language } : {}
        },
        body: JSON.stringify(finalBody)
      });
    } catch {
      throw new PasswordlessStartError(`${failureMessage}: a network error occurred.`);
    }
    if (response.ok) {
      return response;
    }
    const bodyText = await response.clone().text();
    let errorBody;
    if (response.status !== 204) {
      try {
        errorBody = JSON.parse(bodyText);
      } catch {
        errorBody = void 0;
      }
    }
    const startErr = new PasswordlessStartError(errorBody?.error_description || failureMessage, errorBody);
    startErr.statusCode = response.status;
    startErr.headers = filterSensitiveHeaders(response.headers);
    startErr.body = bodyText;
    throw startErr;
  }
  /**
   * Performs the POST `/otp/challenge` request with client authentication
   * and uniform error handling. Returns PasswordlessChallenge on success.
   *
   * Note (D4 — language support deferred): this helper intentionally sends no
   * language hint — neither an `x-request-language` header nor a `language`
   * field in wireBody. This is a deliberate scope decision, not an omission.
   * The design leaves room to add an optional `language` passthrough later
   * without a breaking change; until then #challenge stays language-agnostic.
   */
  async #challenge(wireBody, failureMessage, requestOptions) {
    const clientAuthBody = await buildClientAuthBody2(
      this.#clientAuthOptions,
      this.#clientId,
      this.#domain
    );
    const finalBody = {
      client_id: this.#clientId,
      ...wireBody,
      ...clientAuthBody
    };
    let response;
    try {
      response = await this.#fetchFor(requestOptions)(`${this.#baseUrl}/otp/challenge`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json"
        },
        body: JSON.stringify(finalBody)
      });
    } catch {
      throw new PasswordlessChallengeError(
        "challenge error: a network error occurred.",
        0,
        void 0,
        void 0
      );
    }
    if (response.ok) {
      let responseBody;
      try {
        responseBody = await response.json();
      } catch {
        throw new PasswordlessChallengeError(
          `${failureMessage}: could not parse the response body.`,
          response.status,
          void 0,
          void 0,
          filterSensitiveHeaders(response.headers)
        );
      }
      return { authSession: responseBody.auth_session };
    }
    const bodyText = await response.clone().text();
    let errorBody;
    try {
      errorBody = JSON.parse(bodyText);
    } catch {
      errorBody = void 0;
    }
    const cause = errorBody ? { ...errorBody, statusCode: response.status, headers: response.headers, body: bodyText } : { error: "", error_description: "", statusCode: response.status, headers: response.headers, body: bodyText };
    throw new PasswordlessChallengeError(
      errorBody?.error_description || failureMessage,
      response.status,
      cause,
      errorBody?.validation_errors,
      filterSensitiveHeaders(response.headers)
    );
  }
  async getTokenByPasswordlessDbConnection(options, requestOptions) {
    const params = new URLSearchParams({
      auth_session: options.authSession,
      otp: options.otp
    });
    if (options.scope) {
      params.append("scope", options.scope);
    }
    if (options.audience) {
      params.append("audience", options.audience);
    }
    if (!this.#grantRequest) {
      throw new PasswordlessDbGetTokenError(
        "Missing grant request delegate.",
        toOAuth2Error(new Error("missing grantRequest"))
      );
    }
    try {
      const result = await this.#grantRequest(PASSWORDLESS_OTP_GRANT_TYPE, params, requestOptions, options.fullResponse);
      return result;
    } catch (e) {
      if (e instanceof MissingCapturedResponseError) throw e;
      const err = new PasswordlessDbGetTokenError("There was an error while trying to request a token.", toOAuth2Error(e));
      const annotated = e;
      err.statusCode = annotated._statusCode;
      err.headers = annotated._headers;
      throw err;
    }
  }
};

// src/database/errors.ts
var DatabaseError = class extends Error {
  cause;
  code;
  /**
   * HTTP status code from the error response, when available.
   */
  statusCode;
  /**
   * Response headers from the error response, when available. Native Fetch `Headers`.
   */
  // TODO: add body?: string once async-at-throw-site pattern is resolved in a future minor.
  headers;
  /**
   * Raw response body text, when available.
   */
  body;
  constructor(code, message, cause) {
    super(message);
    Object.setPrototypeOf(this, new.target.prototype);
    this.code = code;
    this.cause = cause && {
      error: cause.error,
      error_description: cause.error_description,
      message: cause.message
    };
    const meta = extractHttpMetadata(cause);
    this.statusCode = meta.statusCode;
    this.headers = meta.headers;
    this.body = meta.body;
  }
};
var SignUpError = class extends DatabaseError {
  constructor(message, cause) {
    super("signup_error", message, cause);
    this.name = "SignUpError";
  }
};
var ChangePasswordError = class extends DatabaseError {
  constructor(message, cause) {
    super("change_password_error", message, cause);
    this.name = "ChangePasswordError";
  }
};

// src/database/utils.ts
function requireFields(options, keys, ErrorClass) {
  for (const key of keys) {
    if (options[key] === null || options[key] === void 0 || options[key] === "") {
      throw new ErrorClass(`Required parameter "${String(key)}" was null, undefined, or empty.`);
    }
  }
}
function transformSignUpRequest(options) {
  const wire = {
    email: options.email,
    password: options.password,
    connection: options.connection
  };
  if (options.username !== void 0) wire.username = options.username;
  if (options.givenName !== void 0) wire.given_name = options.givenName;
  if (options.familyName !== void 0) wire.family_name = options.familyName;
  if (options.name !== void 0) wire.name = options.name;
  if (options.nickname !== void 0) wire.nickname = options.nickname;
  if (options.picture !== void 0) wire.picture = options.picture;
  if (options.userMetadata !== void 0) wire.user_metadata = options.userMetadata;
  return wire;
}
function transformChangePasswordRequest(options) {
  const wire = {
    connection: options.connection
  };
  if (options.email !== void 0) wire.email = options.email;
  if (options.username !== void 0) wire.username = options.username;
  if (options.organization !== void 0) wire.organization = options.organization;
  return wire;
}
function normalizeSignUpResult(raw) {
  const id = raw._id ?? raw.user_id ?? raw.id;
  return {
    id,
    email: typeof raw.email === "string" ? raw.email : "",
    emailVerified: Boolean(raw.email_verified),
    username: raw.username,
    givenName: raw.given_name,
    familyName: raw.family_name,
    name: raw.name,
    nickname: raw.nickname,
    picture: raw.picture,
    userMetadata: raw.user_metadata
  };
}
async function parseErrorBody(response) {
  let raw;
  try {
    raw = await response.json();
  } catch {
    return void 0;
  }
  if (typeof raw.error === "string") {
    return raw;
  }
  if (typeof raw.code === "string") {
    return {
      error: raw.code,
      error_description: typeof raw.description === "string" ? raw.description : ""
    };
  }
  return void 0;
}

// src/database/database-client.ts
var DatabaseClient = class {
  #baseUrl;
  #clientId;
  #customFetch;
  #telemetryConfig;
  /** @internal */
  constructor(options) {
    this.#baseUrl = `https://${options.domain}`;
    this.#clientId = options.clientId;
    this.#customFetch = options.customFetch ?? ((...args) => fetch(...args));
    this.#telemetryConfig = options.telemetryConfig ?? getTelemetryConfig();
  }
  async signUp(options, requestOptions) {
    requireFields(options, ["email", "password", "connection"], SignUpError);
    const body = { client_id: options.clientId ?? this.#clientId, ...transformSignUpRequest(options) };
    const response = await this.#post("/dbconnections/signup", body, SignUpError, "Failed to sign up", requestOptions);
    if (options.fullResponse) {
      const clone = response.clone();
      const raw2 = await response.json();
      return { data: normalizeSignUpResult(raw2), response: clone };
    }
    const raw = await response.json();
    return normalizeSignUpResult(raw);
  }
  async changePassword(options, requestOptions) {
    requireFields(options, ["connection"], ChangePasswordError);
    if (!options.email && !options.username) {
      throw new ChangePasswordError('Either "email" or "username" is required.');
    }
    const body = { client_id: options.clientId ?? this.#clientId, ...transformChangePasswordRequest(options) };
    const response = await this.#post(
      "/dbconnections/change_password",
      body,
      ChangePasswordError,
      "Failed to request a password change",
      requestOptions
    );
    if (options.fullResponse) {
      const clone = response.clone();
      const text = await response.text();
      return { data: text, response: clone };
    }
    return response.text();
  }
  async #post(path, body, ErrorClass, failureMessage, requestOptions) {
    const requestFetch = composeRequestFetch(this.#customFetch, requestOptions, this.#telemetryConfig);
    let response;
    try {
      response = await requestFetch(`${this.#baseUrl}${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body)
      });
    } catch {
      throw new ErrorClass(`${failureMessage}: a network error occurred.`);
    }
    if (response.ok) {
      return response;
    }
    const bodyText = await response.clone().text();
    const errorBody = await parseErrorBody(response.clone());
    const err = new ErrorClass(
      errorBody?.error_description || failureMessage,
      errorBody ?? { error: "unknown_error", error_description: failureMessage }
    );
    err.statusCode = response.status;
    err.headers = filterSensitiveHeaders(response.headers);
    err.body = bodyText;
    throw err;
  }
};

// src/anonymous-session/errors.ts
var AnonymousSessionError = class extends Error {
  /**
   * Machine-readable error code identifying the failure reason.
   * Maps to the `error` field in the Auth0 API response.
   */
  code;
  /**
   * The raw error response from Auth0, if available.
   */
  cause;
  constructor(code, message, cause) {
    super(message);
    this.name = "AnonymousSessionError";
    this.code = code;
    this.cause = cause && {
      error: cause.error,
      error_description: cause.error_description,
      message: cause.message
    };
  }
};

// src/anonymous-session/utils.ts

var DEFAULT_CLIENT_ASSERTION_ALG2 = "RS256";
var CLIENT_ASSERTION_TYPE2 = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
var CLIENT_ASSERTION_EXPIRY_SECONDS2 = 120;
async function buildClientAuthBody3(options, clientId, domain) {
  if (options.useMtls) {
    return {};
  }
  if (options.clientAssertionSigningKey) {
    const alg = options.clientAssertionSigningAlg ?? DEFAULT_CLIENT_ASSERTION_ALG2;
    const privateKey = options.clientAssertionSigningKey instanceof CryptoKey ? options.clientAssertionSigningKey : await importPKCS8(options.clientAssertionSigningKey, alg);
    const clientAssertion = await new SignJWT({}).setProtectedHeader({ alg }).setIssuer(clientId).setSubject(clientId).setAudience(`https://${domain}/`).setJti(crypto.randomUUID()).setIssuedAt().setExpirationTime(`${CLIENT_ASSERTION_EXPIRY_SECONDS2}s`).sign(privateKey);
    return {
      client_assertion: clientAssertion,
      client_assertion_type: CLIENT_ASSERTION_TYPE2
    };
  }
  if (options.clientSecret) {
    return { client_secret: options.clientSecret };
  }
  return {};
}

// src/anonymous-session/anonymous-session-client.ts
var SESSION_INVALIDATION_CODES = /* @__PURE__ */ new Set(["session_expired", "invalid_session_token"]);
function parseTokenResponse(apiResponse) {
  const now = Math.floor(Date.now() / 1e3);
  if (typeof apiResponse.access_token !== "string" || !apiResponse.access_token) {
    throw new AnonymousSessionError("server_error", "access_token missing or invalid in anonymous token response");
  }
  const expiresIn = apiResponse.expires_in;
  if (typeof expiresIn !== "number" || !Number.isFinite(expiresIn)) {
    throw new AnonymousSessionError("server_error", "expires_in missing or invalid in anonymous token response");
  }
  return {
    accessToken: apiResponse.access_token,
    expiresAt: now + expiresIn,
    scope: apiResponse.scope,
    sessionToken: apiResponse.session_token,
    sessionTokenExpiresAt: typeof apiResponse.session_expires_in === "number" && Number.isFinite(apiResponse.session_expires_in) ? now + apiResponse.session_expires_in : void 0
  };
}
async function parseErrorResponse(response) {
  const fallback = `Request failed with status ${response.status}`;
  let parsed = {};
  try {
    parsed = await response.json();
  } catch {
  }
  return {
    error: typeof parsed.error === "string" ? parsed.error : "server_error",
    error_description: typeof parsed.error_description === "string" ? parsed.error_description : fallback
  };
}
var AnonymousSessionClient = class {
  #domain;
  #baseUrl;
  #clientId;
  #clientSecret;
  #clientAssertionSigningKey;
  #clientAssertionSigningAlg;
  #useMtls;
  #customFetch;
  /**
   * @internal
   */
  constructor(options) {
    this.#domain = options.domain;
    this.#baseUrl = `https://${options.domain}`;
    this.#clientId = options.clientId;
    this.#clientSecret = options.clientSecret;
    this.#clientAssertionSigningKey = options.clientAssertionSigningKey;
    this.#clientAssertionSigningAlg = options.clientAssertionSigningAlg;
    this.#useMtls = options.useMtls;
    this.#customFetch = options.customFetch ?? ((...args) => fetch(...args));
  }
  /**
   * Creates a new anonymous session.
   *
   * Calls `POST /anonymous/token` without a session token to establish a fresh
   * anonymous identity. Returns a session containing both the session token (for
   * future renewal) and an access token (for calling APIs).
   *
   * Optionally accepts up to 1 KB of metadata that is attached to the anonymous
   * identity at creation time. Metadata is **set once** and cannot be changed
   * after the session is created.
   *
   * **Browser caveat — metadata and existing sessions.**
   * This method sends `credentials: 'include'`, so the `auth0_anon` cookie is
   * sent automatically in a browser. If that cookie is already set when `metadata`
   * is supplied, Auth0 treats the request as a renewal (not a fresh create) and
   * rejects `metadata` with `invalid_request: metadata cannot be provided when
   * session_token is present`. This happens because the cookie overrides the body
   * on the server side — the caller never sees the cookie and has no way to clear it.
   * To recover, catch the `invalid_request` error and call `getAccessToken()`
   * without `metadata` to renew the existing session instead.
   *
   * @param options - Options for the new session
   * @param options.audience - The API audience to scope the access token to
   * @param options.scope - Space-separated list of scopes to request
   * @param options.metadata - Up to 1 KB of key-value metadata (set-once)
   * @returns The newly created anonymous session
   * @throws {AnonymousSessionError} When the request fails
   *
   * @example
   * ```typescript
   * const session = await authClient.anonymous.createSession({
   *   audience: 'https://api.example.com',
   *   metadata: { source: 'landing-page' },
   * });
   * ```
   */
  async createSession(options) {
    const body = {
      client_id: this.#clientId
    };
    if (options?.audience) {
      body.audience = options.audience;
    }
    if (options?.scope) {
      body.scope = options.scope;
    }
    if (options?.metadata) {
      body.metadata = options.metadata;
    }
    const tokens = await this.#postAnonymousToken(body);
    if (!tokens.sessionToken) {
      throw new AnonymousSessionError("server_error", "session_token missing from create session response");
    }
    return {
      sessionToken: tokens.sessionToken,
      accessToken: tokens.accessToken,
      expiresAt: tokens.expiresAt,
      sessionTokenExpiresAt: tokens.sessionTokenExpiresAt,
      scope: tokens.scope
    };
  }
  /**
   * Returns a valid anonymous session, creating or renewing it as needed.
   *
   * This is the primary entry point for obtaining an anonymous access token.
   * The calling SDK (auth0-spa-js, auth0-server-js) is responsible for checking
   * token expiry and deciding when to call this method.
   *
   * Behaviour:
   * 1. No `sessionToken` — creates a fresh anonymous session.
   * 2. `sessionToken` provided — re-mints the access token for the existing session.
   * 3. If the session token has expired (`session_expired` or `invalid_session_token`)
   *    — silently creates a fresh anonymous session instead.
   *    **Any metadata previously attached to the session is permanently lost.**
   *    The returned session will have `sessionReplaced: true` to signal that a new
   *    identity was minted — the previous `sub` and any associated state are gone.
   * 4. For all other errors — throws an {@link AnonymousSessionError}.
   *
   * @param options - Options for the token request
   * @param options.sessionToken - The session token from an existing anonymous session.
   *   Omit to create a new session.
   * @param options.audience - The API audience to scope the access token to
   * @param options.scope - Space-separated list of scopes to request
   * @returns A valid anonymous session (may be newly created or renewed).
   *   `sessionReplaced` is `false` on a normal renewal and `true` when the session
   *   expired and a fresh identity was silently created.
   * @throws {AnonymousSessionError} For non-recoverable errors
   *
   * @example
   * ```typescript
   * // First visit — no session yet
   * const session = await authClient.anonymous.getAccessToken({
   *   audience: 'https://api.example.com',
   * });
   *
   * // Subsequent visit — renew existing session token
   * const renewed = await authClient.anonymous.getAccessToken({
   *   sessionToken: storedSessionToken,
   *   audience: 'https://api.example.com',
   * });
   * ```
   */
  async getAccessToken(options) {
    if (!options?.sessionToken) {
      return this.createSession({ audience: options?.audience, scope: options?.scope });
    }
    try {
      return await this.#mintToken(options.sessionToken, options);
    } catch (e) {
      if (e instanceof AnonymousSessionError && SESSION_INVALIDATION_CODES.has(e.code)) {
        const fresh = await this.createSession({ audience: options?.audience, scope: options?.scope });
        return { ...fresh, sessionReplaced: true };
      }
      throw e;
    }
  }
  /**
   * Re-mints an access token for an existing anonymous session.
   * Internal — callers use {@link getAccessToken} instead.
   */
  async #mintToken(sessionToken, options) {
    const body = {
      client_id: this.#clientId,
      session_token: sessionToken
    };
    if (options?.audience) {
      body.audience = options.audience;
    }
    if (options?.scope) {
      body.scope = options.scope;
    }
    const tokens = await this.#postAnonymousToken(body);
    return {
      sessionToken,
      accessToken: tokens.accessToken,
      expiresAt: tokens.expiresAt,
      sessionTokenExpiresAt: tokens.sessionTokenExpiresAt,
      scope: tokens.scope,
      sessionReplaced: false
    };
  }
  /**
   * Ends an anonymous session.
   *
   * Calls `POST /anonymous/logout`. Auth0 identifies the session via the
   * `auth0_anon` cookie (sent automatically through `credentials: 'include'`)
   * and clears it in the response. If the cookie is not cleared, it is sent to
   * `/authorize` on the next login, re-attaching the anonymous identity to the
   * authenticated user.
   *
   * When called server-side (e.g. via auth0-server-js), the user's browser
   * cookie is not forwarded to Auth0 and the `Set-Cookie` clear response does
   * not reach the browser — the higher-level SDK must handle cookie proxying.
   *
   * Issued access tokens are not revoked and remain valid until natural expiry.
   *
   * @returns Promise that resolves when the logout request succeeds
   * @throws {AnonymousSessionError} When the request fails
   *
   * @example
   * ```typescript
   * await authClient.anonymous.logout();
   * ```
   */
  async logout() {
    const url = `${this.#baseUrl}/anonymous/logout`;
    const body = {
      client_id: this.#clientId
    };
    const response = await this.#customFetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json"
      },
      credentials: "include",
      redirect: "error",
      body: JSON.stringify(body)
    });
    if (!response.ok) {
      const errorBody = await parseErrorResponse(response);
      throw new AnonymousSessionError(
        errorBody.error,
        errorBody.error_description || "Failed to end anonymous session",
        errorBody
      );
    }
  }
  /**
   * Mints a short-lived session transfer ticket for linking an anonymous session
   * during an interactive login flow.
   *
   * Calls `POST /anonymous/token` with `audience: "urn:auth0:anon_transfer"` and
   * returns the resulting `anon_transfer_token` — a single-use JWE valid for 30
   * seconds. The upper-layer SDK (auth0-spa-js, auth0-server-js) appends it to the
   * `/authorize` URL so the platform can associate the anonymous identity with the
   * authenticated user.
   *
   * Returns `null` on any failure so callers can proceed with login unblocked.
   *
   * @param sessionToken - The active anonymous session token
   * @returns The transfer ticket JWE, or `null` if the request fails
   *
   * @example
   * ```typescript
   * const token = await authClient.anonymous.mintTransferToken(session.sessionToken);
   * if (token) {
   *   authorizationParams.anon_transfer_token = token;
   * }
   * ```
   */
  async mintTransferToken(sessionToken) {
    const url = `${this.#baseUrl}/anonymous/token`;
    const body = {
      client_id: this.#clientId,
      session_token: sessionToken,
      audience: "urn:auth0:anon_transfer"
    };
    try {
      const authFields = await buildClientAuthBody3(
        {
          clientSecret: this.#clientSecret,
          clientAssertionSigningKey: this.#clientAssertionSigningKey,
          clientAssertionSigningAlg: this.#clientAssertionSigningAlg,
          useMtls: this.#useMtls
        },
        this.#clientId,
        this.#domain
      );
      Object.assign(body, authFields);
      const response = await this.#customFetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        redirect: "error",
        body: JSON.stringify(body)
      });
      if (!response.ok) return null;
      const data = await response.json();
      return typeof data.anon_transfer_token === "string" ? data.anon_transfer_token : null;
    } catch {
      return null;
    }
  }
  /**
   * Shared helper that calls `POST /anonymous/token` and returns parsed tokens.
   */
  async #postAnonymousToken(body) {
    const url = `${this.#baseUrl}/anonymous/token`;
    const authFields = await buildClientAuthBody3(
      {
        clientSecret: this.#clientSecret,
        clientAssertionSigningKey: this.#clientAssertionSigningKey,
        clientAssertionSigningAlg: this.#clientAssertionSigningAlg,
        useMtls: this.#useMtls
      },
      this.#clientId,
      this.#domain
    );
    Object.assign(body, authFields);
    const response = await this.#customFetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json"
      },
      credentials: "include",
      redirect: "error",
      body: JSON.stringify(body)
    });
    if (!response.ok) {
      const errorBody = await parseErrorResponse(response);
      throw new AnonymousSessionError(
        errorBody.error,
        errorBody.error_description || "Anonymous token request failed",
        errorBody
      );
    }
    let apiResponse;
    try {
      apiResponse = await response.json();
    } catch {
      throw new AnonymousSessionError("server_error", "Invalid response from anonymous token endpoint");
    }
    return parseTokenResponse(apiResponse);
  }
};

// src/lru-cache.ts
var LruCache = class {
  #entries = /* @__PURE__ */ new Map();
  #ttlMs;
  #maxEntries;
  /**
   * Create a new LRU cache.
   *
   * @param maxEntries - Maximum number of entries. Minimum 1.
   * @param ttlMs - Time-to-live in milliseconds for each entry. Minimum 0.
   */
  constructor(maxEntries, ttlMs) {
    this.#maxEntries = Math.max(1, Math.floor(maxEntries));
    this.#ttlMs = Math.max(0, Math.floor(ttlMs));
  }
  /**
   * Retrieves a value from the cache.
   *
   * Returns undefined if:
   * - Key doesn't exist
   * - Entry has expired
   *
   * Automatically deletes expired entries.
   * Updates LRU order by moving accessed entries to the end.
   *
   * @param key - Cache key
   * @returns Cached value or undefined
   */
  get(key) {
    const entry = this.#entries.get(key);
    if (!entry) {
      return;
    }
    if (Date.now() >= entry.expiresAt) {
      this.#entries.delete(key);
      return;
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }
  /**
   * Stores a value in the cache.
   *
   * If entry already exists, updates it and moves it to the end (most recently used).
   * If cache is full, evicts the least recently used entry.
   *
   * @param key - Cache key
   * @param value - Value to cache
   * @param ttlMs - Optional per-entry TTL in milliseconds. Falls back to the constructor TTL if omitted.
   */
  set(key, value, ttlMs) {
    if (this.#entries.has(key)) {
      this.#entries.delete(key);
    }
    const effectiveTtl = ttlMs != null && Number.isFinite(ttlMs) && ttlMs > 0 ? ttlMs : this.#ttlMs;
    this.#entries.set(key, {
      value,
      expiresAt: Date.now() + effectiveTtl
    });
    while (this.#entries.size > this.#maxEntries) {
      const oldestKey = this.#entries.keys().next().value;
      if (oldestKey === void 0) {
        break;
      }
      this.#entries.delete(oldestKey);
    }
  }
};

// src/cache-provider.ts
var globalCaches = /* @__PURE__ */ new Map();
function getGlobalCache(key) {
  return globalCaches.get(key);
}
function getGlobalCacheKey(maxEntries, ttlMs) {
  return `${maxEntries}:${ttlMs}`;
}
function resolveCacheConfig(options) {
  const ttlSeconds = typeof options?.ttl === "number" ? options.ttl : 600;
  const maxEntries = typeof options?.maxEntries === "number" && options.maxEntries > 0 ? options.maxEntries : 100;
  const ttlMs = ttlSeconds * 1e3;
  return {
    ttlMs,
    maxEntries
  };
}
var DiscoveryCacheFactory = class {
  /**
   * Create a discovery cache instance.
   *
   * @param config - Resolved cache configuration
   * @returns Discovery cache instance, or null-like object if caching disabled
   */
  static createDiscoveryCache(config) {
    const cacheKey = getGlobalCacheKey(config.maxEntries, config.ttlMs);
    let cache2 = getGlobalCache(cacheKey);
    if (!cache2) {
      cache2 = new LruCache(config.maxEntries, config.ttlMs);
      globalCaches.set(cacheKey, cache2);
    }
    return cache2;
  }
  /**
   * Create a JWKS cache instance.
   *
   * @param config - Resolved cache configuration
   * @returns JWKS cache instance
   */
  static createJwksCache() {
    return {};
  }
};

// src/auth-client.ts
var DEFAULT_SCOPES = "openid profile email offline_access";
var MAX_ARRAY_VALUES_PER_KEY = 20;
var PARAM_DENYLIST = Object.freeze(
  /* @__PURE__ */ new Set([
    "grant_type",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "subject_token",
    "subject_token_type",
    "requested_token_type",
    "actor_token",
    "actor_token_type",
    "audience",
    "aud",
    "resource",
    "resources",
    "resource_indicator",
    "scope",
    "connection",
    "login_hint",
    "organization",
    "assertion"
  ])
);
function validateSubjectToken(token) {
  if (token == null) {
    throw new TokenExchangeError("subject_token is required");
  }
  if (typeof token !== "string") {
    throw new TokenExchangeError("subject_token must be a string");
  }
  if (token.trim().length === 0) {
    throw new TokenExchangeError("subject_token cannot be blank or whitespace");
  }
  if (token !== token.trim()) {
    throw new TokenExchangeError("subject_token must not include leading or trailing whitespace");
  }
  if (/^bearer\s+/i.test(token)) {
    throw new TokenExchangeError("subject_token must not include the 'Bearer ' prefix");
  }
}
function appendExtraParams(params, extra) {
  if (!extra) return;
  for (const [parameterKey, parameterValue] of Object.entries(extra)) {
    if (PARAM_DENYLIST.has(parameterKey)) continue;
    if (Array.isArray(parameterValue)) {
      if (parameterValue.length > MAX_ARRAY_VALUES_PER_KEY) {
        throw new TokenExchangeError(
          `Parameter '${parameterKey}' exceeds maximum array size of ${MAX_ARRAY_VALUES_PER_KEY}`
        );
      }
      parameterValue.forEach((arrayItem) => {
        params.append(parameterKey, arrayItem);
      });
    } else {
      params.append(parameterKey, parameterValue);
    }
  }
}
var GRANT_TYPE_FEDERATED_CONNECTION_ACCESS_TOKEN = "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token";
var TOKEN_EXCHANGE_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";
var SUBJECT_TYPE_REFRESH_TOKEN = "urn:ietf:params:oauth:token-type:refresh_token";
var SUBJECT_TYPE_ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
var REQUESTED_TOKEN_TYPE_FEDERATED_CONNECTION_ACCESS_TOKEN = "http://auth0.com/oauth/token-type/federated-connection-access-token";
function createPasskeyFetch(customFetch4, grantType) {
  return (input, init) => {
    const body = init?.body;
    if (grantType !== PASSKEY_GRANT_TYPE || !(body instanceof URLSearchParams)) {
      return customFetch4(input, init);
    }
    const jsonBody = {};
    for (const [key, value] of body) {
      jsonBody[key] = key === "authn_response" ? JSON.parse(value) : value;
    }
    const headers = new Headers(init?.headers);
    headers.set("Content-Type", "application/json");
    return customFetch4(input, {
      ...init,
      headers,
      body: JSON.stringify(jsonBody)
    });
  };
}
var AuthClient = class {
  #configuration;
  // Instance-level cache for the optional-auth (public-client) discovery path.
  // The auth-bearing `#configuration` must never be shared with optional callers
  // (a `None()`-based configuration could poison a confidential call), but the
  // optional path still deserves the same instance-level caching so apps that
  // disable `#discoveryCache` (ttl 0) do not re-discover on every call.
  #optionalConfiguration;
  #serverMetadata;
  #clientAuthPromise;
  #options;
  #customFetch;
  #telemetryConfig;
  #jwks;
  #discoveryCache;
  #inFlightDiscovery;
  #jwksCache;
  mfa;
  passkey;
  /**
   * Sub-client for the Auth0 Passwordless `/passwordless/start` endpoint
   * (`sendEmail`, `sendSms`). Token exchange for the codes it sends is done via
   * {@link AuthClient#getTokenByPasswordlessEmail} / {@link AuthClient#getTokenByPasswordlessSms}.
   */
  passwordless;
  database;
  /**
   * Sub-client for Auth0 Anonymous Sessions.
   *
   * Use `authClient.anonymous.createSession()` to establish an anonymous identity,
   * `authClient.anonymous.getAccessToken({ sessionToken: session.sessionToken })` to obtain (and renew) access tokens,
   * and `authClient.anonymous.logout()` to end the session.
   *
   * Requires the tenant and client to be configured for anonymous sessions.
   */
  anonymous;
  constructor(options) {
    this.#options = options;
    if (options.useMtls && !options.customFetch) {
      throw new NotSupportedError(
        "mtls_without_custom_fetch_not_supported" /* MTLS_WITHOUT_CUSTOMFETCH_NOT_SUPPORT */,
        "Using mTLS without a custom fetch implementation is not supported"
      );
    }
    this.#telemetryConfig = getTelemetryConfig(options.telemetry);
    this.#customFetch = createTelemetryFetch(
      options.customFetch ?? ((...args) => fetch(...args)),
      this.#telemetryConfig
    );
    const cacheConfig = resolveCacheConfig(options.discoveryCache);
    this.#discoveryCache = DiscoveryCacheFactory.createDiscoveryCache(cacheConfig);
    this.#inFlightDiscovery = /* @__PURE__ */ new Map();
    this.#jwksCache = DiscoveryCacheFactory.createJwksCache();
    this.mfa = new MfaClient({
      domain: this.#options.domain,
      clientId: this.#options.clientId,
      clientSecret: this.#options.clientSecret,
      customFetch: this.#customFetch,
      telemetryConfig: this.#telemetryConfig,
      getConfiguration: async (requestOptions) => (await this.#discoverForRequest(requestOptions)).configuration,
      createCaptureConfiguration: async (capturingFetch) => {
        const { serverMetadata } = await this.#discover();
        return this.#createConfiguration(serverMetadata, capturingFetch);
      }
    });
    this.passkey = new PasskeyClient({
      domain: this.#options.domain,
      clientId: this.#options.clientId,
      clientSecret: this.#options.clientSecret,
      useMtls: this.#options.useMtls,
      customFetch: this.#customFetch,
      telemetryConfig: this.#telemetryConfig,
      grantRequest: (async (grantType, params, requestOptions, capture) => {
        const { serverMetadata } = await this.#discover();
        const requestFetch = this.#buildRequestFetch(requestOptions);
        if (capture) {
          const capturingFetch = createCapturingFetch(requestFetch);
          const configuration2 = await this.#createConfiguration(serverMetadata, capturingFetch);
          configuration2[build_customFetch] = createPasskeyFetch(capturingFetch, grantType);
          const tokenEndpointResponse2 = await genericGrantRequest(configuration2, grantType, params);
          const data = TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse2);
          const capturedResponse = capturingFetch.getCapturedResponse();
          if (!capturedResponse) {
            throw new MissingCapturedResponseError();
          }
          return { data, response: capturedResponse };
        }
        const configuration = await this.#createConfiguration(serverMetadata);
        configuration[build_customFetch] = createPasskeyFetch(requestFetch, grantType);
        const tokenEndpointResponse = await genericGrantRequest(configuration, grantType, params);
        return TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
      })
    });
    this.passwordless = new PasswordlessClient({
      domain: this.#options.domain,
      clientId: this.#options.clientId,
      customFetch: this.#customFetch,
      telemetryConfig: this.#telemetryConfig,
      clientSecret: this.#options.clientSecret,
      clientAssertionSigningKey: this.#options.clientAssertionSigningKey,
      clientAssertionSigningAlg: this.#options.clientAssertionSigningAlg,
      useMtls: this.#options.useMtls,
      grantRequest: (async (grantType, params, requestOptions, capture) => {
        const { configuration } = await this.#discoverForRequest(requestOptions);
        if (capture) {
          const baseFetch = configuration[build_customFetch] ?? this.#customFetch;
          const capturingFetch = createCapturingFetch(baseFetch);
          const captureConfig = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch);
          const tokenEndpointResponse = await genericGrantRequest(captureConfig, grantType, params);
          const data = TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
          const capturedResponse = capturingFetch.getCapturedResponse();
          if (!capturedResponse) {
            throw new MissingCapturedResponseError();
          }
          return { data, response: capturedResponse };
        }
        try {
          const tokenEndpointResponse = await genericGrantRequest(configuration, grantType, params);
          return TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
        } catch (e) {
          const annotated = e;
          const tmp = {};
          attachHttpMetadata(tmp, e);
          annotated._statusCode = tmp.statusCode;
          annotated._headers = tmp.headers;
          throw e;
        }
      })
    });
    this.database = new DatabaseClient({
      domain: this.#options.domain,
      clientId: this.#options.clientId,
      customFetch: this.#customFetch,
      telemetryConfig: this.#telemetryConfig
    });
    this.anonymous = new AnonymousSessionClient({
      domain: this.#options.domain,
      clientId: this.#options.clientId,
      clientSecret: this.#options.clientSecret,
      clientAssertionSigningKey: this.#options.clientAssertionSigningKey,
      clientAssertionSigningAlg: this.#options.clientAssertionSigningAlg,
      useMtls: this.#options.useMtls,
      customFetch: this.#customFetch
    });
  }
  #getDiscoveryCacheKey() {
    const domain = this.#options.domain.toLowerCase();
    return `${domain}|mtls:${this.#options.useMtls ? "1" : "0"}`;
  }
  async #createConfiguration(serverMetadata, fetchImpl, clientAuthOptional = false) {
    const clientAuth = await this.#getClientAuth(clientAuthOptional);
    const configuration = new Configuration(
      serverMetadata,
      this.#options.clientId,
      {
        client_secret: this.#options.clientSecret,
        use_mtls_endpoint_aliases: this.#options.useMtls
      },
      clientAuth
    );
    configuration[build_customFetch] = fetchImpl ?? this.#customFetch;
    return configuration;
  }
  /**
   * Builds a request-scoped `fetch` from {@link RequestOptions} for a single
   * call. Composes over the client's telemetry/mTLS-wrapped fetch so those
   * behaviors are preserved. Returns the shared client fetch untouched when no
   * request options are supplied.
   *
   * Reserved headers set by the SDK win: the telemetry `Auth0-Client` header is
   * applied last by the telemetry wrapper, and `Authorization` supplied by the
   * caller is ignored.
   */
  #buildRequestFetch(requestOptions) {
    return composeRequestFetch(this.#customFetch, requestOptions, this.#telemetryConfig);
  }
  /**
   * Resolves discovery like {@link AuthClient.#discover}, but when
   * {@link RequestOptions} are supplied returns a per-call {@link client.Configuration}
   * carrying a request-scoped fetch. The per-call configuration reuses cached
   * server metadata and client authentication (no extra discovery) and never
   * mutates the shared configuration, so it is safe under concurrency.
   */
  async #discoverForRequest(requestOptions, clientAuthOptional = false) {
    const { configuration, serverMetadata } = await this.#discover(clientAuthOptional);
    if (!requestOptions) {
      return { configuration, serverMetadata };
    }
    const requestFetch = this.#buildRequestFetch(requestOptions);
    const requestConfiguration = await this.#createConfiguration(
      serverMetadata,
      requestFetch,
      clientAuthOptional
    );
    return { configuration: requestConfiguration, serverMetadata };
  }
  /**
   * Initializes the SDK by performing Metadata Discovery.
   *
   * Discovers and caches the OAuth 2.0 Authorization Server metadata from the
   * Auth0 tenant's well-known endpoint. This metadata is required for subsequent
   * operations and is cached for the lifetime of the AuthClient instance.
   *
   * @private
   * @returns Promise resolving to the cached configuration and server metadata
   */
  async #discover(clientAuthOptional = false) {
    const instanceConfiguration = clientAuthOptional ? this.#optionalConfiguration : this.#configuration;
    if (instanceConfiguration && this.#serverMetadata) {
      return { configuration: instanceConfiguration, serverMetadata: this.#serverMetadata };
    }
    const cacheKey = this.#getDiscoveryCacheKey();
    if (!clientAuthOptional) {
      await this.#getClientAuth(false);
    }
    const cached = this.#discoveryCache.get(cacheKey);
    if (cached) {
      return this.#configurationFromMetadata(cached.serverMetadata, clientAuthOptional);
    }
    const inFlight = this.#inFlightDiscovery.get(cacheKey);
    if (inFlight) {
      const entry = await inFlight;
      return this.#configurationFromMetadata(entry.serverMetadata, clientAuthOptional);
    }
    const discoveryPromise = (async () => {
      const configuration = await discovery(
        new URL(`https://${this.#options.domain}`),
        this.#options.clientId,
        { use_mtls_endpoint_aliases: this.#options.useMtls },
        build_None(),
        {
          [build_customFetch]: this.#customFetch
        }
      );
      const serverMetadata = configuration.serverMetadata();
      this.#discoveryCache.set(cacheKey, { serverMetadata });
      return { serverMetadata };
    })();
    void discoveryPromise.catch(() => void 0);
    this.#inFlightDiscovery.set(cacheKey, discoveryPromise);
    try {
      const { serverMetadata } = await discoveryPromise;
      return this.#configurationFromMetadata(serverMetadata, clientAuthOptional);
    } finally {
      this.#inFlightDiscovery.delete(cacheKey);
    }
  }
  /**
   * Builds a {@link client.Configuration} for the caller's auth mode from shared
   * server metadata and persists it to the matching instance cache. For strict
   * callers this constructs the auth-bearing configuration (and throws
   * `MissingClientAuthError` for public clients); for optional callers it builds
   * the `None()`-based configuration used by bearer-protected endpoints.
   */
  async #configurationFromMetadata(serverMetadata, clientAuthOptional) {
    const configuration = await this.#createConfiguration(serverMetadata, void 0, clientAuthOptional);
    this.#serverMetadata = serverMetadata;
    if (clientAuthOptional) {
      this.#optionalConfiguration = configuration;
    } else {
      this.#configuration = configuration;
    }
    return { configuration, serverMetadata };
  }
  /**
   * Returns the discovered server metadata for the configured domain.
   *
   * This does not accept `RequestOptions`: its only network call is OIDC
   * discovery, which runs through the client's configured fetch and is cached,
   * so a per-request `signal`/`headers`/`customFetch` could not take effect here.
   */
  async getServerMetadata() {
    const { serverMetadata } = await this.#discover();
    return serverMetadata;
  }
  /**
   * Builds the URL to redirect the user-agent to to request authorization at Auth0.
   * @param options Options used to configure the authorization URL.
   *
   * @throws {BuildAuthorizationUrlError} If there was an issue when building the Authorization URL.
   *
   * @returns A promise resolving to an object, containing the authorizationUrl and codeVerifier.
   */
  async buildAuthorizationUrl(options) {
    const { serverMetadata } = await this.#discover();
    if (options?.pushedAuthorizationRequests && !serverMetadata.pushed_authorization_request_endpoint) {
      throw new NotSupportedError(
        "par_not_supported_error" /* PAR_NOT_SUPPORTED */,
        "The Auth0 tenant does not have pushed authorization requests enabled. Learn how to enable it here: https://auth0.com/docs/get-started/applications/configure-par"
      );
    }
    try {
      return await this.#buildAuthorizationUrl(options);
    } catch (e) {
      throw new BuildAuthorizationUrlError(e);
    }
  }
  /**
   * Builds the URL to redirect the user-agent to to link a user account at Auth0.
   * @param options Options used to configure the link user URL.
   *
   * @throws {BuildLinkUserUrlError} If there was an issue when building the Link User URL.
   *
   * @returns A promise resolving to an object, containing the linkUserUrl and codeVerifier.
   */
  async buildLinkUserUrl(options) {
    try {
      const result = await this.#buildAuthorizationUrl({
        authorizationParams: {
          ...options.authorizationParams,
          requested_connection: options.connection,
          requested_connection_scope: options.connectionScope,
          scope: "openid link_account offline_access",
          id_token_hint: options.idToken
        }
      });
      return {
        linkUserUrl: result.authorizationUrl,
        codeVerifier: result.codeVerifier
      };
    } catch (e) {
      throw new BuildLinkUserUrlError(e);
    }
  }
  /**
   * Builds the URL to redirect the user-agent to to unlink a user account at Auth0.
   * @param options Options used to configure the unlink user URL.
   *
   * @throws {BuildUnlinkUserUrlError} If there was an issue when building the Unlink User URL.
   *
   * @returns A promise resolving to an object, containing the unlinkUserUrl and codeVerifier.
   */
  async buildUnlinkUserUrl(options) {
    try {
      const result = await this.#buildAuthorizationUrl({
        authorizationParams: {
          ...options.authorizationParams,
          requested_connection: options.connection,
          scope: "openid unlink_account",
          id_token_hint: options.idToken
        }
      });
      return {
        unlinkUserUrl: result.authorizationUrl,
        codeVerifier: result.codeVerifier
      };
    } catch (e) {
      throw new BuildUnlinkUserUrlError(e);
    }
  }
  async backchannelAuthentication(options, requestOptions) {
    const { configuration, serverMetadata } = await this.#discoverForRequest(requestOptions);
    const additionalParams = stripUndefinedProperties({
      ...this.#options.authorizationParams,
      ...options?.authorizationParams
    });
    const params = new URLSearchParams({
      scope: DEFAULT_SCOPES,
      ...additionalParams,
      client_id: this.#options.clientId,
      binding_message: options.bindingMessage,
      login_hint: JSON.stringify({
        format: "iss_sub",
        iss: serverMetadata.issuer,
        sub: options.loginHint.sub
      })
    });
    if (options.requestedExpiry) {
      params.append("requested_expiry", options.requestedExpiry.toString());
    }
    if (options.authorizationDetails) {
      params.append("authorization_details", JSON.stringify(options.authorizationDetails));
    }
    if (options.fullResponse) {
      const capturingFetch2 = createCapturingFetch(
        configuration[build_customFetch] ?? this.#customFetch
      );
      const captureConfig2 = await this.#createConfiguration(
        configuration.serverMetadata(),
        capturingFetch2
      );
      try {
        const backchannelAuthenticationResponse = await initiateBackchannelAuthentication(configuration, params);
        const tokenEndpointResponse = await pollBackchannelAuthenticationGrant(
          captureConfig2,
          backchannelAuthenticationResponse
        );
        const capturedResponse = capturingFetch2.getCapturedResponse();
        if (!capturedResponse) {
          throw new MissingCapturedResponseError();
        }
        return { data: TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse), response: capturedResponse };
      } catch (e) {
        if (e instanceof MissingCapturedResponseError) throw e;
        const err = new BackchannelAuthenticationError(e);
        attachHttpMetadata(err, e, capturingFetch2.getCapturedResponse());
        throw err;
      }
    }
    const baseFetch = configuration[build_customFetch] ?? this.#customFetch;
    const capturingFetch = createCapturingFetch(baseFetch);
    const captureConfig = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch);
    try {
      const backchannelAuthenticationResponse = await initiateBackchannelAuthentication(configuration, params);
      const tokenEndpointResponse = await pollBackchannelAuthenticationGrant(
        captureConfig,
        backchannelAuthenticationResponse
      );
      return TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
    } catch (e) {
      const err = new BackchannelAuthenticationError(e);
      attachHttpMetadata(err, e, capturingFetch.getCapturedResponse());
      throw err;
    }
  }
  /**
   * Initiates Client-Initiated Backchannel Authentication flow by calling the `/bc-authorize` endpoint.
   * This method only initiates the authentication request and returns the `auth_req_id` to be used in subsequent calls to `backchannelAuthenticationGrant`.
   *
   * Typically, you would call this method to start the authentication process, then use the returned `auth_req_id` to poll for the token using `backchannelAuthenticationGrant`.
   *
   * @param options Options used to configure the backchannel authentication initiation.
   * @param requestOptions Optional per-request options (signal, headers, customFetch).
   *
   * @throws {BackchannelAuthenticationError} If there was an issue when initiating backchannel authentication.
   *
   * @returns An object containing `authReqId`, `expiresIn`, and `interval` for polling.
   */
  async initiateBackchannelAuthentication(options, requestOptions) {
    const { configuration, serverMetadata } = await this.#discoverForRequest(requestOptions);
    const additionalParams = stripUndefinedProperties({
      ...this.#options.authorizationParams,
      ...options?.authorizationParams
    });
    const params = new URLSearchParams({
      scope: DEFAULT_SCOPES,
      ...additionalParams,
      client_id: this.#options.clientId,
      binding_message: options.bindingMessage,
      login_hint: JSON.stringify({
        format: "iss_sub",
        iss: serverMetadata.issuer,
        sub: options.loginHint.sub
      })
    });
    if (options.requestedExpiry) {
      params.append("requested_expiry", options.requestedExpiry.toString());
    }
    if (options.authorizationDetails) {
      params.append("authorization_details", JSON.stringify(options.authorizationDetails));
    }
    const baseFetch = configuration[build_customFetch] ?? this.#customFetch;
    const capturingFetch = createCapturingFetch(baseFetch);
    const captureConfig = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch);
    try {
      const backchannelAuthenticationResponse = await initiateBackchannelAuthentication(captureConfig, params);
      return {
        authReqId: backchannelAuthenticationResponse.auth_req_id,
        expiresIn: backchannelAuthenticationResponse.expires_in,
        interval: backchannelAuthenticationResponse.interval
      };
    } catch (e) {
      const err = new BackchannelAuthenticationError(e);
      const _cap = capturingFetch.getCapturedResponse();
      err.statusCode = _cap?.status;
      err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
      throw err;
    }
  }
  /**
   * Exchanges the `auth_req_id` obtained from `initiateBackchannelAuthentication` for tokens.
   *
   * @param authReqId The `auth_req_id` obtained from `initiateBackchannelAuthentication`.
   * @param requestOptions Optional per-request options (signal, headers, customFetch).
   *
   * @throws {BackchannelAuthenticationError} If there was an issue when exchanging the `auth_req_id` for tokens.
   *
   * @returns A Promise, resolving to the TokenResponse as returned from Auth0.
   *
   * @remarks
   * This method does not support the `fullResponse` opt-in in v1. It accepts
   * only `{ authReqId }` with no general options object; adding `fullResponse`
   * would require introducing a new options type and is deferred to a later
   * revision.
   * TODO(#<issue-number>): add fullResponse overload to backchannelAuthenticationGrant in a future minor.
   */
  async backchannelAuthenticationGrant({ authReqId }, requestOptions) {
    const { configuration } = await this.#discoverForRequest(requestOptions);
    const params = new URLSearchParams({
      auth_req_id: authReqId
    });
    const baseFetch = configuration[build_customFetch] ?? this.#customFetch;
    const capturingFetch = createCapturingFetch(baseFetch);
    const captureConfig = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch);
    try {
      const tokenEndpointResponse = await genericGrantRequest(
        captureConfig,
        "urn:openid:params:grant-type:ciba",
        params
      );
      return TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
    } catch (e) {
      const err = new BackchannelAuthenticationError(e);
      const _cap = capturingFetch.getCapturedResponse();
      err.statusCode = _cap?.status;
      err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
      throw err;
    }
  }
  async getTokenForConnection(options, requestOptions) {
    if (options.refreshToken && options.accessToken) {
      throw new TokenForConnectionError("Either a refresh or access token should be specified, but not both.");
    }
    const subjectTokenValue = options.accessToken ?? options.refreshToken;
    if (!subjectTokenValue) {
      throw new TokenForConnectionError("Either a refresh or access token must be specified.");
    }
    try {
      return await this.exchangeToken(
        {
          connection: options.connection,
          subjectToken: subjectTokenValue,
          subjectTokenType: options.accessToken ? SUBJECT_TYPE_ACCESS_TOKEN : SUBJECT_TYPE_REFRESH_TOKEN,
          loginHint: options.loginHint,
          ...options.fullResponse ? { fullResponse: true } : {}
        },
        requestOptions
      );
    } catch (e) {
      if (e instanceof TokenExchangeError) {
        const fce = new TokenForConnectionError(e.message, e.cause);
        fce.statusCode = e.statusCode;
        fce.headers = e.headers;
        throw fce;
      }
      throw e;
    }
  }
  /**
   * Internal implementation for Access Token Exchange with Token Vault.
   *
   * Exchanges an Auth0 token (access token or refresh token) for an external provider's access token
   * from a third-party provider configured in Token Vault. The external provider's refresh token
   * is securely stored in Auth0 and never exposed to the client.
   *
   * This method constructs the appropriate request for Auth0's proprietary Token Vault
   * grant type and handles the exchange with proper validation and error handling.
   *
   * @private
   * @param options Access Token Exchange with Token Vault configuration including connection and optional hints
   * @param requestOptions Optional per-request options (signal, headers, customFetch).
   * @returns Promise resolving to TokenResponse containing the external provider's access token
   * @throws {TokenExchangeError} When validation fails, audience/resource are provided,
   *                               or the exchange operation fails
   */
  async #exchangeTokenVaultToken(options, requestOptions, capture) {
    const { configuration } = await this.#discoverForRequest(requestOptions);
    if ("audience" in options || "resource" in options) {
      throw new TokenExchangeError("audience and resource parameters are not supported for Token Vault exchanges");
    }
    validateSubjectToken(options.subjectToken);
    const tokenRequestParams = new URLSearchParams({
      connection: options.connection,
      subject_token: options.subjectToken,
      subject_token_type: options.subjectTokenType ?? SUBJECT_TYPE_ACCESS_TOKEN,
      requested_token_type: options.requestedTokenType ?? REQUESTED_TOKEN_TYPE_FEDERATED_CONNECTION_ACCESS_TOKEN
    });
    if (options.loginHint) {
      tokenRequestParams.append("login_hint", options.loginHint);
    }
    if (options.scope) {
      tokenRequestParams.append("scope", options.scope);
    }
    appendExtraParams(tokenRequestParams, options.extra);
    if (capture) {
      const baseFetch2 = configuration[build_customFetch] ?? this.#customFetch;
      const capturingFetch2 = createCapturingFetch(baseFetch2);
      const captureConfig2 = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch2);
      try {
        const tokenEndpointResponse = await genericGrantRequest(
          captureConfig2,
          GRANT_TYPE_FEDERATED_CONNECTION_ACCESS_TOKEN,
          tokenRequestParams
        );
        const data = TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
        const capturedResponse = capturingFetch2.getCapturedResponse();
        if (!capturedResponse) {
          throw new MissingCapturedResponseError();
        }
        return { data, response: capturedResponse };
      } catch (e) {
        if (e instanceof MissingCapturedResponseError) throw e;
        const err = new TokenExchangeError(
          `Failed to exchange token for connection '${options.connection}'.`,
          toOAuth2Error(e)
        );
        const _cap = capturingFetch2.getCapturedResponse();
        err.statusCode = _cap?.status;
        err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
        throw err;
      }
    }
    const baseFetch = configuration[build_customFetch] ?? this.#customFetch;
    const capturingFetch = createCapturingFetch(baseFetch);
    const captureConfig = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch);
    try {
      const tokenEndpointResponse = await genericGrantRequest(
        captureConfig,
        GRANT_TYPE_FEDERATED_CONNECTION_ACCESS_TOKEN,
        tokenRequestParams
      );
      return TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
    } catch (e) {
      const err = new TokenExchangeError(
        `Failed to exchange token for connection '${options.connection}'.`,
        toOAuth2Error(e)
      );
      const _cap = capturingFetch.getCapturedResponse();
      err.statusCode = _cap?.status;
      err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
      throw err;
    }
  }
  /**
   * Finalizes post-processing for profile token exchange: org-claim validation + act-claim population.
   * Called by both capture and non-capture paths in #exchangeProfileToken.
   *
   * @private
   * @param tokenResponse The token response to finalize (mutated in place)
   * @param tokenEndpointResponse The raw token endpoint response
   * @param options Exchange options containing organization/actorToken
   * @returns The finalized tokenResponse (same reference)
   * @throws {OrganizationValidationError} When organization claim validation fails
   */
  #finalizeProfileToken(tokenResponse, tokenEndpointResponse, options) {
    if (options.organization) {
      validateOrganizationClaim(tokenResponse.claims, options.organization);
    }
    if (options.actorToken) {
      if (tokenResponse.claims?.act) {
        tokenResponse.act = tokenResponse.claims.act;
      } else {
        try {
          tokenResponse.act = decodeJwt(tokenEndpointResponse.access_token).act;
        } catch {
        }
      }
    }
    return tokenResponse;
  }
  /**
   * Internal implementation for Token Exchange via Token Exchange Profile (RFC 8693).
   *
   * Exchanges a custom token for Auth0 tokens targeting a specific API audience,
   * preserving user identity. This enables first-party on-behalf-of flows where
   * a custom token (e.g., from an MCP server, legacy system, or partner service)
   * is exchanged for Auth0 tokens.
   *
   * Requires a Token Exchange Profile configured in Auth0 that defines the
   * subject_token_type, validation logic, and user mapping.
   *
   * @private
   * @param options Token Exchange Profile configuration including token type and target API
   * @param requestOptions Optional per-request options (signal, headers, customFetch).
   * @returns Promise resolving to TokenResponse containing Auth0 tokens
   * @throws {TokenExchangeError} When validation fails or the exchange operation fails
   */
  async #exchangeProfileToken(options, requestOptions, capture) {
    const { configuration } = await this.#discoverForRequest(requestOptions);
    validateSubjectToken(options.subjectToken);
    if (options.organization !== void 0) {
      assertValidOrganization(options.organization);
    }
    if (options.actorToken !== void 0 && options.actorTokenType === void 0) {
      throw new TokenExchangeError("actorTokenType is required when actorToken is provided");
    }
    const tokenRequestParams = new URLSearchParams({
      subject_token_type: options.subjectTokenType,
      subject_token: options.subjectToken
    });
    if (options.audience) {
      tokenRequestParams.append("audience", options.audience);
    }
    if (options.scope) {
      tokenRequestParams.append("scope", options.scope);
    }
    if (options.requestedTokenType) {
      tokenRequestParams.append("requested_token_type", options.requestedTokenType);
    }
    if (options.organization) {
      tokenRequestParams.append("organization", options.organization);
    }
    if (options.actorToken) {
      tokenRequestParams.append("actor_token", options.actorToken);
    }
    if (options.actorTokenType) {
      tokenRequestParams.append("actor_token_type", options.actorTokenType);
    }
    appendExtraParams(tokenRequestParams, options.extra);
    if (capture) {
      const baseFetch2 = configuration[build_customFetch] ?? this.#customFetch;
      const capturingFetch2 = createCapturingFetch(baseFetch2);
      const captureConfig2 = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch2);
      let data, tokenEndpointResponse2, capturedResponse;
      try {
        tokenEndpointResponse2 = await genericGrantRequest(
          captureConfig2,
          TOKEN_EXCHANGE_GRANT_TYPE,
          tokenRequestParams
        );
        data = TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse2);
        capturedResponse = capturingFetch2.getCapturedResponse();
        if (!capturedResponse) {
          throw new MissingCapturedResponseError();
        }
      } catch (e) {
        if (e instanceof MissingCapturedResponseError) throw e;
        const err = new TokenExchangeError(
          `Failed to exchange token of type '${options.subjectTokenType}'${options.audience ? ` for audience '${options.audience}'` : ""}.`,
          toOAuth2Error(e)
        );
        const _cap = capturingFetch2.getCapturedResponse();
        err.statusCode = _cap?.status;
        err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
        throw err;
      }
      this.#finalizeProfileToken(data, tokenEndpointResponse2, options);
      return { data, response: capturedResponse };
    }
    const baseFetch = configuration[build_customFetch] ?? this.#customFetch;
    const capturingFetch = createCapturingFetch(baseFetch);
    const captureConfig = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch);
    let tokenResponse;
    let tokenEndpointResponse;
    try {
      tokenEndpointResponse = await genericGrantRequest(
        captureConfig,
        TOKEN_EXCHANGE_GRANT_TYPE,
        tokenRequestParams
      );
      tokenResponse = TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
    } catch (e) {
      const err = new TokenExchangeError(
        `Failed to exchange token of type '${options.subjectTokenType}'${options.audience ? ` for audience '${options.audience}'` : ""}.`,
        toOAuth2Error(e)
      );
      const _cap = capturingFetch.getCapturedResponse();
      err.statusCode = _cap?.status;
      err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
      throw err;
    }
    this.#finalizeProfileToken(tokenResponse, tokenEndpointResponse, options);
    return tokenResponse;
  }
  async exchangeToken(options, requestOptions) {
    if (options.fullResponse) {
      return "connection" in options ? this.#exchangeTokenVaultToken(options, requestOptions, true) : this.#exchangeProfileToken(options, requestOptions, true);
    }
    return "connection" in options ? this.#exchangeTokenVaultToken(options, requestOptions) : this.#exchangeProfileToken(options, requestOptions);
  }
  async getTokenByCode(url, options, requestOptions) {
    const { configuration } = await this.#discoverForRequest(requestOptions);
    if (options.organization !== void 0) {
      assertValidOrganization(options.organization);
    }
    if (options.fullResponse) {
      const baseFetch = configuration[build_customFetch] ?? this.#customFetch;
      const capturingFetch = createCapturingFetch(baseFetch);
      const captureConfig = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch);
      let data, capturedResponse;
      try {
        const tokenEndpointResponse = await authorizationCodeGrant(captureConfig, url, {
          pkceCodeVerifier: options.codeVerifier
        });
        data = TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
        capturedResponse = capturingFetch.getCapturedResponse();
        if (!capturedResponse) {
          throw new MissingCapturedResponseError();
        }
      } catch (e) {
        if (e instanceof MissingCapturedResponseError) throw e;
        const err = new TokenByCodeError("There was an error while trying to request a token.", toOAuth2Error(e));
        const _cap = capturingFetch.getCapturedResponse();
        err.statusCode = _cap?.status;
        err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
        throw err;
      }
      if (options.organization) {
        validateOrganizationClaim(data.claims, options.organization);
      }
      return { data, response: capturedResponse };
    }
    const bareBaseFetch = configuration[build_customFetch] ?? this.#customFetch;
    const bareCapturingFetch = createCapturingFetch(bareBaseFetch);
    const bareCaptureConfig = await this.#createConfiguration(configuration.serverMetadata(), bareCapturingFetch);
    let tokenResponse;
    try {
      const tokenEndpointResponse = await authorizationCodeGrant(bareCaptureConfig, url, {
        pkceCodeVerifier: options.codeVerifier
      });
      tokenResponse = TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
    } catch (e) {
      const err = new TokenByCodeError("There was an error while trying to request a token.", toOAuth2Error(e));
      const _bareCap = bareCapturingFetch.getCapturedResponse();
      err.statusCode = _bareCap?.status;
      err.headers = _bareCap ? filterSensitiveHeaders(_bareCap.headers) : void 0;
      throw err;
    }
    if (options.organization) {
      validateOrganizationClaim(tokenResponse.claims, options.organization);
    }
    return tokenResponse;
  }
  async getTokenByMagicLinkCode(url, options, requestOptions) {
    const { configuration } = await this.#discoverForRequest(requestOptions);
    if (options?.fullResponse) {
      const baseFetch2 = configuration[build_customFetch] ?? this.#customFetch;
      const capturingFetch2 = createCapturingFetch(baseFetch2);
      const captureConfig2 = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch2);
      try {
        const tokenEndpointResponse = await authorizationCodeGrant(captureConfig2, url, {
          expectedState: options?.expectedState
        });
        const data = TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
        const capturedResponse = capturingFetch2.getCapturedResponse();
        if (!capturedResponse) {
          throw new MissingCapturedResponseError();
        }
        return { data, response: capturedResponse };
      } catch (e) {
        if (e instanceof MissingCapturedResponseError) throw e;
        const message = e instanceof Error && e.message ? e.message : "There was an error while trying to request a token.";
        const err = new TokenByCodeError(message, e);
        const _cap = capturingFetch2.getCapturedResponse();
        err.statusCode = _cap?.status;
        err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
        throw err;
      }
    }
    const baseFetch = configuration[build_customFetch] ?? this.#customFetch;
    const capturingFetch = createCapturingFetch(baseFetch);
    const captureConfig = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch);
    try {
      const tokenEndpointResponse = await authorizationCodeGrant(captureConfig, url, {
        // `pkceCodeVerifier` intentionally omitted: openid-client substitutes its no-PKCE sentinel
        // (oauth.nopkce). `expectedState` drives oauth.validateAuthResponse for anti-forgery binding.
        expectedState: options?.expectedState
      });
      return TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
    } catch (e) {
      const message = e instanceof Error && e.message ? e.message : "There was an error while trying to request a token.";
      const err = new TokenByCodeError(message, e);
      const _cap = capturingFetch.getCapturedResponse();
      err.statusCode = _cap?.status;
      err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
      throw err;
    }
  }
  async getTokenByRefreshToken(options, requestOptions) {
    const { configuration } = await this.#discoverForRequest(requestOptions);
    const additionalParameters = new URLSearchParams();
    if (options.audience) {
      additionalParameters.append("audience", options.audience);
    }
    if (options.scope) {
      additionalParameters.append("scope", options.scope);
    }
    if (options.fullResponse) {
      const baseFetch2 = configuration[build_customFetch] ?? this.#customFetch;
      const capturingFetch2 = createCapturingFetch(baseFetch2);
      const captureConfig2 = await this.#createConfiguration(
        configuration.serverMetadata(),
        capturingFetch2
      );
      try {
        const tokenEndpointResponse = await refreshTokenGrant(
          captureConfig2,
          options.refreshToken,
          additionalParameters
        );
        const data = TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
        const capturedResponse = capturingFetch2.getCapturedResponse();
        if (!capturedResponse) {
          throw new MissingCapturedResponseError();
        }
        return { data, response: capturedResponse };
      } catch (e) {
        if (e instanceof MissingCapturedResponseError) throw e;
        const err = new TokenByRefreshTokenError(
          "The access token has expired and there was an error while trying to refresh it.",
          toOAuth2Error(e)
        );
        const _cap = capturingFetch2.getCapturedResponse();
        err.statusCode = _cap?.status;
        err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
        throw err;
      }
    }
    const baseFetch = configuration[build_customFetch] ?? this.#customFetch;
    const capturingFetch = createCapturingFetch(baseFetch);
    const captureConfig = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch);
    try {
      const tokenEndpointResponse = await refreshTokenGrant(
        captureConfig,
        options.refreshToken,
        additionalParameters
      );
      return TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
    } catch (e) {
      const err = new TokenByRefreshTokenError(
        "The access token has expired and there was an error while trying to refresh it.",
        toOAuth2Error(e)
      );
      const _cap = capturingFetch.getCapturedResponse();
      err.statusCode = _cap?.status;
      err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
      throw err;
    }
  }
  /**
   * Revokes a token at the Auth0 /oauth/revoke endpoint.
   *
   * @param options Options for revoking the token.
   * @param requestOptions Optional per-request options (signal, headers, customFetch).
   *
   * @throws {TokenRevocationError} If the revocation request fails.
   */
  async revokeToken(options, requestOptions) {
    const { configuration } = await this.#discoverForRequest(requestOptions);
    const params = {};
    if (options.tokenTypeHint) {
      params["token_type_hint"] = options.tokenTypeHint;
    }
    const baseFetch = configuration[build_customFetch] ?? this.#customFetch;
    const capturingFetch = createCapturingFetch(baseFetch);
    const captureConfig = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch);
    try {
      await tokenRevocation(captureConfig, options.token, params);
    } catch (e) {
      const err = new TokenRevocationError(
        "An error occurred while trying to revoke the token.",
        toOAuth2Error(e)
      );
      const _cap = capturingFetch.getCapturedResponse();
      err.statusCode = _cap?.status;
      err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
      throw err;
    }
  }
  /**
   * Retrieves the user's profile information from the OIDC /userinfo endpoint.
   *
   * Makes a live network call to fetch fresh user claims. Does NOT cache results.
   * Uses the provided access token for authorization via Authorization Bearer header.
   *
   * @param options Options including the access token and optional expected subject
   *                for OIDC subject-consistency validation.
   * @param requestOptions Optional per-request options (signal, headers, customFetch).
   * @returns A Promise resolving to the user's profile claims.
   * @throws {UserInfoError} If the /userinfo request fails (HTTP 401/403, network error,
   *         subject mismatch if expectedSubject provided, or missing userinfo_endpoint).
   *
   * @remarks
   * `/userinfo` is a bearer-protected resource and requires no client authentication, so this
   * method works for public clients (no client secret, assertion, or mTLS): the supplied access
   * token is the only credential used. This is currently the only `AuthClient` method that
   * relaxes the client-auth requirement for discovery. Other discovery-only methods
   * (`buildAuthorizationUrl`, `buildLogoutUrl`, `getServerMetadata`) still require client
   * authentication on public clients today; relaxing those is tracked as a follow-up.
   *
   * When the `/userinfo` response carries no `WWW-Authenticate` header (for example an HTTP 429
   * or a gateway 5xx), the underlying client raises an `OperationProcessingError` that exposes
   * neither a status code nor response headers; in that case the resulting `UserInfoError` has
   * `statusCode` and `headers` unset. Responses that do include the header (the typical Auth0
   * 401/403 case) populate both.
   *
   * The access token must be accepted by the `/userinfo` endpoint, which depends on how it
   * was obtained. Without Multi-Resource Refresh Tokens (MRRT), use a default OIDC access
   * token — one issued without an explicit `audience` parameter. With MRRT, access tokens are
   * audience-bound, so request the userinfo endpoint as the audience (e.g.
   * `https://<domain>/userinfo`) when obtaining the token; a token bound to a different
   * resource-server audience is rejected by `/userinfo`, typically resulting in a
   * `UserInfoError` (HTTP 401 or 403).
   *
   * @example
   * ```typescript
   * const userInfo = await authClient.getUserInfo({
   *   accessToken: myAccessToken
   * });
   * console.log(userInfo.email, userInfo.sub);
   * ```
   *
   * @example With subject validation
   * ```typescript
   * const userInfo = await authClient.getUserInfo({
   *   accessToken: myAccessToken,
   *   expectedSubject: knownSubjectId
   * });
   * ```
   */
  async getUserInfo(options, requestOptions) {
    const { configuration } = await this.#discoverForRequest(requestOptions, true);
    try {
      return await fetchUserInfo(
        configuration,
        options.accessToken,
        options.expectedSubject ?? build_skipSubjectCheck
      );
    } catch (e) {
      throw new UserInfoError(
        "There was an error while trying to retrieve the user info.",
        toOAuth2Error(e)
      );
    }
  }
  async getTokenByPassword(options, requestOptions) {
    const { configuration } = await this.#discoverForRequest(requestOptions);
    const params = new URLSearchParams({
      username: options.username,
      password: options.password
    });
    if (options.audience) {
      params.append("audience", options.audience);
    }
    if (options.scope) {
      params.append("scope", options.scope);
    }
    if (options.realm) {
      params.append("realm", options.realm);
    }
    let requestConfig = configuration;
    if (options.auth0ForwardedFor) {
      const clientAuth = await this.#getClientAuth();
      requestConfig = new Configuration(
        configuration.serverMetadata(),
        this.#options.clientId,
        {
          client_secret: this.#options.clientSecret,
          use_mtls_endpoint_aliases: this.#options.useMtls
        },
        clientAuth
      );
      const baseFetch2 = configuration[build_customFetch];
      requestConfig[build_customFetch] = ((url, init) => {
        return baseFetch2(url, {
          ...init,
          headers: {
            ...init.headers,
            "auth0-forwarded-for": options.auth0ForwardedFor
          }
        });
      });
    }
    if (options.fullResponse) {
      const baseFetch2 = requestConfig[build_customFetch] ?? this.#customFetch;
      const capturingFetch2 = createCapturingFetch(baseFetch2);
      const captureConfig2 = await this.#createConfiguration(requestConfig.serverMetadata(), capturingFetch2);
      try {
        const tokenEndpointResponse = await genericGrantRequest(captureConfig2, "password", params);
        const data = TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
        const capturedResponse = capturingFetch2.getCapturedResponse();
        if (!capturedResponse) {
          throw new MissingCapturedResponseError();
        }
        return { data, response: capturedResponse };
      } catch (e) {
        if (e instanceof MissingCapturedResponseError) throw e;
        const err = new TokenByPasswordError("There was an error while trying to request a token.", toOAuth2Error(e));
        const _cap = capturingFetch2.getCapturedResponse();
        err.statusCode = _cap?.status;
        err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
        throw err;
      }
    }
    const baseFetch = requestConfig[build_customFetch] ?? this.#customFetch;
    const capturingFetch = createCapturingFetch(baseFetch);
    const captureConfig = await this.#createConfiguration(requestConfig.serverMetadata(), capturingFetch);
    try {
      const tokenEndpointResponse = await genericGrantRequest(
        captureConfig,
        "password",
        params
      );
      return TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
    } catch (e) {
      const err = new TokenByPasswordError(
        "There was an error while trying to request a token.",
        toOAuth2Error(e)
      );
      const _cap = capturingFetch.getCapturedResponse();
      err.statusCode = _cap?.status;
      err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
      throw err;
    }
  }
  async getTokenByPasswordlessEmail(options, requestOptions) {
    const params = new URLSearchParams({
      username: options.email,
      otp: options.code,
      realm: "email"
    });
    if (options.audience) {
      params.append("audience", options.audience);
    }
    if (options.scope) {
      params.append("scope", options.scope);
    }
    return this.#getTokenByPasswordlessOtp(params, requestOptions, options.fullResponse);
  }
  async getTokenByPasswordlessSms(options, requestOptions) {
    if (!isE164PhoneNumber(options.phoneNumber)) {
      throw new PasswordlessVerifyError("Phone number must be in E.164 format (e.g. +14155550100).");
    }
    const params = new URLSearchParams({
      username: options.phoneNumber,
      otp: options.code,
      realm: "sms"
    });
    if (options.audience) {
      params.append("audience", options.audience);
    }
    if (options.scope) {
      params.append("scope", options.scope);
    }
    return this.#getTokenByPasswordlessOtp(params, requestOptions, options.fullResponse);
  }
  /**
   * Executes the passwordless OTP grant and maps errors to {@link PasswordlessVerifyError}.
   *
   * A `403 mfa_required` response is not a distinct error type: like the other token
   * methods (`getTokenByPassword`, `passkey.getTokenByPasskey`), the thrown
   * `PasswordlessVerifyError` carries `cause.error === 'mfa_required'` with the
   * server's `mfa_token` lifted onto `cause`. Callers narrow with {@link isMfaRequiredError}
   * and drive the challenge via `authClient.mfa`.
   */
  async #getTokenByPasswordlessOtp(params, requestOptions, capture) {
    const { configuration } = await this.#discoverForRequest(requestOptions);
    if (capture) {
      const baseFetch2 = configuration[build_customFetch] ?? this.#customFetch;
      const capturingFetch2 = createCapturingFetch(baseFetch2);
      const captureConfig2 = await this.#createConfiguration(
        configuration.serverMetadata(),
        capturingFetch2
      );
      try {
        const tokenEndpointResponse = await genericGrantRequest(
          captureConfig2,
          "http://auth0.com/oauth/grant-type/passwordless/otp",
          params
        );
        const data = TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
        const capturedResponse = capturingFetch2.getCapturedResponse();
        if (!capturedResponse) {
          throw new MissingCapturedResponseError();
        }
        return { data, response: capturedResponse };
      } catch (e) {
        if (e instanceof MissingCapturedResponseError) throw e;
        const err = new PasswordlessVerifyError("There was an error while trying to request a token.", toOAuth2Error(e));
        const _cap = capturingFetch2.getCapturedResponse();
        err.statusCode = _cap?.status;
        err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
        throw err;
      }
    }
    const baseFetch = configuration[build_customFetch] ?? this.#customFetch;
    const capturingFetch = createCapturingFetch(baseFetch);
    const captureConfig = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch);
    try {
      const tokenEndpointResponse = await genericGrantRequest(
        captureConfig,
        "http://auth0.com/oauth/grant-type/passwordless/otp",
        params
      );
      return TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
    } catch (e) {
      const err = new PasswordlessVerifyError("There was an error while trying to request a token.", toOAuth2Error(e));
      const _cap = capturingFetch.getCapturedResponse();
      err.statusCode = _cap?.status;
      err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
      throw err;
    }
  }
  async getTokenByClientCredentials(options, requestOptions) {
    const { configuration } = await this.#discoverForRequest(requestOptions);
    if (options.fullResponse) {
      const baseFetch2 = configuration[build_customFetch] ?? this.#customFetch;
      const capturingFetch2 = createCapturingFetch(baseFetch2);
      const captureConfig2 = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch2);
      const params = new URLSearchParams({
        audience: options.audience
      });
      if (options.organization) {
        params.append("organization", options.organization);
      }
      try {
        const tokenEndpointResponse = await clientCredentialsGrant(captureConfig2, params);
        const data = TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
        const capturedResponse = capturingFetch2.getCapturedResponse();
        if (!capturedResponse) {
          throw new MissingCapturedResponseError();
        }
        return { data, response: capturedResponse };
      } catch (e) {
        if (e instanceof MissingCapturedResponseError) throw e;
        const err = new TokenByClientCredentialsError("There was an error while trying to request a token.", toOAuth2Error(e));
        const _cap = capturingFetch2.getCapturedResponse();
        err.statusCode = _cap?.status;
        err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
        throw err;
      }
    }
    const baseFetch = configuration[build_customFetch] ?? this.#customFetch;
    const capturingFetch = createCapturingFetch(baseFetch);
    const captureConfig = await this.#createConfiguration(configuration.serverMetadata(), capturingFetch);
    try {
      const params = new URLSearchParams({
        audience: options.audience
      });
      if (options.organization) {
        params.append("organization", options.organization);
      }
      const tokenEndpointResponse = await clientCredentialsGrant(captureConfig, params);
      return TokenResponse.fromTokenEndpointResponse(tokenEndpointResponse);
    } catch (e) {
      const err = new TokenByClientCredentialsError("There was an error while trying to request a token.", toOAuth2Error(e));
      const _cap = capturingFetch.getCapturedResponse();
      err.statusCode = _cap?.status;
      err.headers = _cap ? filterSensitiveHeaders(_cap.headers) : void 0;
      throw err;
    }
  }
  /**
   * Builds the URL to redirect the user-agent to to request logout at Auth0.
   * @param options Options used to configure the logout URL.
   * @returns A promise resolving to the URL to redirect the user-agent to.
   */
  async buildLogoutUrl(options) {
    const { configuration, serverMetadata } = await this.#discover();
    if (!serverMetadata.end_session_endpoint) {
      const url = new URL(`https://${this.#options.domain}/v2/logout`);
      url.searchParams.set("returnTo", options.returnTo);
      url.searchParams.set("client_id", this.#options.clientId);
      if (options.federated) {
        url.searchParams.set("federated", "");
      }
      return url;
    }
    const params = {
      post_logout_redirect_uri: options.returnTo
    };
    if (options.federated) {
      params.federated = "";
    }
    return buildEndSessionUrl(configuration, params);
  }
  /**
   * Verifies whether a logout token is valid.
   * @param options Options used to verify the logout token.
   *
   * @throws {VerifyLogoutTokenError} If there was an issue verifying the logout token.
   *
   * @returns An object containing the `sid` and `sub` claims from the logout token.
   */
  async verifyLogoutToken(options) {
    const { serverMetadata } = await this.#discover();
    const cacheConfig = resolveCacheConfig(this.#options.discoveryCache);
    const jwksUri = serverMetadata.jwks_uri;
    this.#jwks ||= (0,remote/* createRemoteJWKSet */.RD)(new URL(jwksUri), {
      cacheMaxAge: cacheConfig.ttlMs,
      [remote/* customFetch */.A6]: this.#customFetch,
      [remote/* jwksCache */.gE]: this.#jwksCache
    });
    const { payload } = await (0,verify/* jwtVerify */.V)(options.logoutToken, this.#jwks, {
      issuer: serverMetadata.issuer,
      audience: this.#options.clientId,
      algorithms: ["RS256"],
      requiredClaims: ["iat"]
    });
    if (!("sid" in payload) && !("sub" in payload)) {
      throw new VerifyLogoutTokenError('either "sid" or "sub" (or both) claims must be present');
    }
    if ("sid" in payload && typeof payload.sid !== "string") {
      throw new VerifyLogoutTokenError('"sid" claim must be a string');
    }
    if ("sub" in payload && typeof payload.sub !== "string") {
      throw new VerifyLogoutTokenError('"sub" claim must be a string');
    }
    if ("nonce" in payload) {
      throw new VerifyLogoutTokenError('"nonce" claim is prohibited');
    }
    if (!("events" in payload)) {
      throw new VerifyLogoutTokenError('"events" claim is missing');
    }
    if (typeof payload.events !== "object" || payload.events === null) {
      throw new VerifyLogoutTokenError('"events" claim must be an object');
    }
    if (!("http://schemas.openid.net/event/backchannel-logout" in payload.events)) {
      throw new VerifyLogoutTokenError(
        '"http://schemas.openid.net/event/backchannel-logout" member is missing in the "events" claim'
      );
    }
    if (typeof payload.events["http://schemas.openid.net/event/backchannel-logout"] !== "object") {
      throw new VerifyLogoutTokenError(
        '"http://schemas.openid.net/event/backchannel-logout" member in the "events" claim must be an object'
      );
    }
    return {
      sid: payload.sid,
      sub: payload.sub
    };
  }
  /**
   * Gets the client authentication method based on the provided options.
   *
   * Supports three authentication methods in order of preference:
   * 1. mTLS (mutual TLS) - requires customFetch with client certificate
   * 2. private_key_jwt - requires clientAssertionSigningKey
   * 3. client_secret_post - requires clientSecret
   *
   * @private
   * @returns The ClientAuth object to use for client authentication.
   * @throws {MissingClientAuthError} When no valid authentication method is configured
   */
  async #getClientAuth(optional = false) {
    const hasCredentials = !!this.#options.clientSecret || !!this.#options.clientAssertionSigningKey || !!this.#options.useMtls;
    if (optional && !hasCredentials) {
      return build_None();
    }
    if (!this.#clientAuthPromise) {
      this.#clientAuthPromise = (async () => {
        if (!this.#options.clientSecret && !this.#options.clientAssertionSigningKey && !this.#options.useMtls) {
          throw new MissingClientAuthError();
        }
        if (this.#options.useMtls) {
          return build_TlsClientAuth();
        }
        let clientPrivateKey = this.#options.clientAssertionSigningKey;
        if (clientPrivateKey && !(clientPrivateKey instanceof CryptoKey)) {
          clientPrivateKey = await importPKCS8(
            clientPrivateKey,
            this.#options.clientAssertionSigningAlg || "RS256"
          );
        }
        return clientPrivateKey ? build_PrivateKeyJwt(clientPrivateKey) : build_ClientSecretPost(this.#options.clientSecret);
      })().catch((error) => {
        this.#clientAuthPromise = void 0;
        throw error;
      });
    }
    return this.#clientAuthPromise;
  }
  /**
   * Builds the URL to redirect the user-agent to to request authorization at Auth0.
   * @param options Options used to configure the authorization URL.
   * @returns A promise resolving to an object, containing the authorizationUrl and codeVerifier.
   */
  async #buildAuthorizationUrl(options) {
    const { configuration } = await this.#discover();
    const codeChallengeMethod = "S256";
    const codeVerifier = randomPKCECodeVerifier();
    const codeChallenge = await build_calculatePKCECodeChallenge(codeVerifier);
    const additionalParams = stripUndefinedProperties({
      ...this.#options.authorizationParams,
      ...options?.authorizationParams
    });
    const params = new URLSearchParams({
      scope: DEFAULT_SCOPES,
      ...additionalParams,
      client_id: this.#options.clientId,
      code_challenge: codeChallenge,
      code_challenge_method: codeChallengeMethod
    });
    const authorizationUrl = options?.pushedAuthorizationRequests ? await buildAuthorizationUrlWithPAR(configuration, params) : await buildAuthorizationUrl(configuration, params);
    return {
      authorizationUrl,
      codeVerifier
    };
  }
};

// src/domain-discovery.ts
var cache = new LruCache(1e3, 6e4);
async function isFederatedDomain(auth0Domain, emailDomain, options) {
  const normalizedDomain = emailDomain.toLowerCase();
  const bareAuth0Domain = auth0Domain.replace(/^https?:\/\//, "");
  const key = `${bareAuth0Domain}|${normalizedDomain}`;
  const cached = cache.get(key);
  if (cached !== void 0) return cached;
  try {
    const url = new URL(`https://${bareAuth0Domain}/.well-known/webfinger`);
    url.searchParams.set("resource", `urn:auth0:discovery:domain:${normalizedDomain}`);
    url.searchParams.set("rel", "http://openid.net/specs/connect/1.0/issuer");
    let fetchFn = options?.customFetch ?? globalThis.fetch;
    if (options?.telemetry && options.telemetry.enabled !== false) {
      fetchFn = createTelemetryFetch(fetchFn, options.telemetry);
    }
    const res = await fetchFn(url.toString());
    if (res.ok) {
      cache.set(key, true);
      return true;
    }
    if (res.status === 404) {
      cache.set(key, false, 15e3);
      return false;
    }
    if (res.status === 429) {
      console.warn("[Auth0] isFederatedDomain: rate limit hit (429)");
      return false;
    }
    return false;
  } catch {
    return false;
  }
}

//# sourceMappingURL=index.js.map

/***/ }),

/***/ 8799:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ canonicalize)
/* harmony export */ });
function serializeString (value) {
  if (!value.isWellFormed()) {
    throw new Error('Lone surrogate is not allowed');
  }
  return JSON.stringify(value);
}

function serializePrimitive (value) {
  switch (typeof value) {
    case 'number':
      if (isNaN(value)) {
        throw new Error('NaN is not allowed');
      }
      if (!isFinite(value)) {
        throw new Error('Infinity is not allowed');
      }
      // For finite numbers String(value) would give identical output, but
      // JSON.stringify benchmarks faster on V8.
      return JSON.stringify(value);
    case 'string':
      return serializeString(value);
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      // null, or values JSON.stringify maps to undefined (undefined,
      // functions, symbols).
      return JSON.stringify(value);
  }
}

// Resolves a value to either its serialized primitive form (a string — or
// undefined, for values JSON.stringify drops) or a frame describing the
// container to descend into. Callers distinguish the two cases with
// `typeof result !== 'object'`.
//
// toJSON results are unwrapped here, and the wrapper objects stay in `seen`
// until the resolved subtree is fully serialized, so cycles introduced via
// toJSON are still detected.
function enterValue (value, seen) {
  let wrappers = null;
  while (value !== null && typeof value === 'object' && typeof value.toJSON === 'function') {
    if (seen.has(value)) {
      throw new Error('Circular reference detected');
    }
    seen.add(value);
    (wrappers ??= []).push(value);
    value = value.toJSON();
  }

  // Boxed Number/String/Boolean objects serialize as their primitive values,
  // mirroring how JSON.stringify treats them.
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    value = value.valueOf();
  }

  if (value === null || typeof value !== 'object') {
    if (wrappers !== null) {
      for (const wrapper of wrappers) seen.delete(wrapper);
    }
    return serializePrimitive(value);
  }

  if (seen.has(value)) {
    throw new Error('Circular reference detected');
  }
  seen.add(value);

  return {
    container: value,
    // null marks an array frame; object frames carry their sorted keys.
    // `sort()`'s default comparator orders by UTF-16 code unit, which is the
    // order JCS requires.
    keys: Array.isArray(value) ? null : Object.keys(value).sort(),
    // Next child to serialize; the frame resumes here after a nested
    // container's subtree completes.
    index: 0,
    // Whether no member has been emitted yet (controls comma placement).
    first: true,
    // toJSON wrappers to release from `seen` when this frame completes.
    wrappers
  };
}

function canonicalize (object) {
  if (object === null || typeof object !== 'object') {
    return serializePrimitive(object);
  }

  const seen = new Set();
  const root = enterValue(object, seen);
  if (typeof root !== 'object') {
    // A toJSON chain resolved the input to a primitive.
    return root;
  }

  let result = root.keys === null ? '[' : '{';
  const stack = [root];

  // Depth-first serialization with an explicit stack instead of recursion, so
  // nesting depth is bounded by heap size rather than call-stack size. The top
  // frame is the container currently being serialized: primitive children are
  // appended inline, while a nested container pushes a new frame and jumps
  // back to the outer loop. Because frame.index was already advanced, the
  // parent resumes at its next child once the subtree is done. Opening
  // brackets are emitted when a frame is pushed, closing brackets when it
  // completes.
  outer:
  while (stack.length > 0) {
    const frame = stack[stack.length - 1];
    const container = frame.container;

    // keys === null marks an array frame; otherwise keys holds the object's
    // sorted property names. Either way the iteration counter lives on the
    // frame itself (frame.index), so when a frame is resumed after a nested
    // container completes, the while condition continues at the first
    // unserialized child instead of restarting from the beginning.
    if (frame.keys === null) {
      while (frame.index < container.length) {
        const i = frame.index++;
        if (i > 0) {
          result += ',';
        }
        const element = container[i];
        // Inside arrays, JSON.stringify serializes values with no JSON
        // representation (undefined, symbols, functions) as null.
        const value = element === undefined || typeof element === 'symbol' || typeof element === 'function' ? null : element;
        if (value === null || typeof value !== 'object') {
          result += serializePrimitive(value);
          continue;
        }
        const child = enterValue(value, seen);
        if (typeof child !== 'object') {
          // A toJSON chain resolved the child to an already-serialized
          // primitive — or, when child is undefined, to a value with no JSON
          // representation, which becomes null inside arrays.
          result += child === undefined ? 'null' : child;
          continue;
        }
        result += child.keys === null ? '[' : '{';
        stack.push(child);
        continue outer;
      }
      result += ']';
    } else {
      const keys = frame.keys;
      while (frame.index < keys.length) {
        const key = keys[frame.index++];
        const value = container[key];
        // Inside objects, JSON.stringify omits properties whose value has no
        // JSON representation (undefined, symbols, functions).
        if (value === undefined || typeof value === 'symbol' || typeof value === 'function') {
          continue;
        }
        if (value === null || typeof value !== 'object') {
          // Commas are tracked with a flag rather than the key index: a
          // skipped key must not leave a stray comma behind.
          if (frame.first) {
            frame.first = false;
          } else {
            result += ',';
          }
          result += serializeString(key) + ':' + serializePrimitive(value);
          continue;
        }
        // The child must be resolved before the key is emitted: a toJSON
        // returning a value with no JSON representation drops the whole
        // property.
        const child = enterValue(value, seen);
        if (child === undefined) {
          continue;
        }
        if (frame.first) {
          frame.first = false;
        } else {
          result += ',';
        }
        result += serializeString(key) + ':';
        if (typeof child !== 'object') {
          result += child;
          continue;
        }
        result += child.keys === null ? '[' : '{';
        stack.push(child);
        continue outer;
      }
      result += '}';
    }

    // Frame complete. The container leaves `seen` so that a later, sibling
    // reference to the same object is not mistaken for a cycle.
    seen.delete(container);
    if (frame.wrappers !== null) {
      for (const wrapper of frame.wrappers) seen.delete(wrapper);
    }
    stack.pop();
  }

  return result;
}


/***/ }),

/***/ 7315:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  RD: () => (/* binding */ createRemoteJWKSet),
  A6: () => (/* binding */ customFetch),
  gE: () => (/* binding */ jwksCache)
});

// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/util/errors.js
var errors = __webpack_require__(5674);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/key.js
var key = __webpack_require__(7859);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/jws_algorithms.js
var jws_algorithms = __webpack_require__(8109);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/validate.js
var validate = __webpack_require__(7784);
;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/jwks/local.js




function isUsableJWK(jwk, entry, alg, kid) {
  const { kty, key_ops: keyOps, ext, kid: jwkKid, alg: jwkAlg, use, crv } = jwk;
  return (ext === void 0 || typeof ext == "boolean") && (keyOps === void 0 || Array.isArray(keyOps) && keyOps.every((operation, index) => typeof operation == "string" && keyOps.indexOf(operation) === index) && keyOps.includes("verify")) && entry.kty.includes(kty) && (kid === void 0 || typeof kid == "string" && kid === jwkKid) && (jwkAlg === void 0 ? kty !== "AKP" : alg === jwkAlg) && (use === void 0 || use === "sig") && (!entry.crv || crv === entry.crv);
}
async function importWithAlgCache(cache, jwk, entry) {
  const cached = cache.get(jwk) || cache.set(jwk, {}).get(jwk), { alg } = entry;
  if (cached[alg] === void 0) {
    const pending = (0,key/* jwkToKey */.xY)(entry, jwk, !0).then((key) => {
      if (key.type !== "public")
        throw new errors/* JWKSInvalid */.Dm("JSON Web Key Set members must be public keys");
      return cached[alg] = key, key;
    }).catch((error) => {
      throw cached[alg] === pending && delete cached[alg], error;
    });
    cached[alg] = pending;
  }
  return cached[alg];
}
function createLocalJWKSet(jwks) {
  let snapshot;
  try {
    snapshot = structuredClone(jwks);
  } catch (cause) {
    throw new errors/* JWKSInvalid */.Dm("JSON Web Key Set malformed", { cause });
  }
  if (!(0,validate/* isJwkSet */.fV)(snapshot))
    throw new errors/* JWKSInvalid */.Dm("JSON Web Key Set malformed");
  const metadata = snapshot.keys.map((jwk) => {
    const normalized = (0,key/* snapshotJwk */.ZZ)(jwk);
    return Array.isArray(normalized.key_ops) && (normalized.key_ops = [...normalized.key_ops]), normalized;
  }), cached = /* @__PURE__ */ new WeakMap();
  return Object.defineProperty(async (protectedHeader, token) => {
    const { alg, kid } = { ...protectedHeader, ...token?.header }, entry = typeof alg == "string" ? jws_algorithms/* JWS */.p[alg] : void 0;
    if (!entry || entry.secret)
      throw new errors/* JOSENotSupported */.T0('Unsupported "alg" value for a JSON Web Key Set');
    const candidates = snapshot.keys.filter((_, index) => isUsableJWK(metadata[index], entry, alg, kid)), { 0: jwk, length } = candidates;
    if (!length)
      throw new errors/* JWKSNoMatchingKey */.BT();
    if (length !== 1) {
      const error = new errors/* JWKSMultipleMatchingKeys */.$4();
      throw error[Symbol.asyncIterator] = async function* () {
        for (const jwk2 of candidates)
          try {
            yield await importWithAlgCache(cached, jwk2, entry);
          } catch {
          }
      }, error;
    }
    return importWithAlgCache(cached, jwk, entry);
  }, "jwks", {
    value: () => structuredClone(snapshot)
  });
}


;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/jwks/remote.js



function isCloudflareWorkers() {
  return typeof WebSocketPair < "u" || typeof navigator < "u" && navigator.userAgent === "Cloudflare-Workers" || typeof EdgeRuntime < "u" && EdgeRuntime === "vercel";
}
let USER_AGENT;
(typeof navigator > "u" || !navigator.userAgent?.startsWith?.("Mozilla/5.0 ")) && (USER_AGENT = "jose/v6.2.17");
const customFetch = /* @__PURE__ */ Symbol();
async function fetchJwks(url, headers, signal, fetchImpl = fetch) {
  const response = await fetchImpl(url, {
    method: "GET",
    signal,
    redirect: "manual",
    headers
  }).catch((err) => {
    throw err.name === "TimeoutError" ? new errors/* JWKSTimeout */.xb(void 0, { cause: err }) : err;
  });
  if (response.status !== 200)
    throw new errors/* JOSEError */.i4("Expected 200 OK from the JSON Web Key Set HTTP response");
  try {
    return await response.json();
  } catch (cause) {
    throw new errors/* JOSEError */.i4("Failed to parse the JSON Web Key Set HTTP response as JSON", { cause });
  }
}
const jwksCache = /* @__PURE__ */ Symbol();
function isFreshFor(timestamp, duration) {
  return Number.isFinite(timestamp) && Date.now() < timestamp + duration;
}
function validateDuration(value, fallback, option) {
  if (Number.isNaN(value))
    throw new TypeError(`"${option}" option must not be NaN`);
  if (typeof value == "number" && value < 0)
    throw new TypeError(`"${option}" option must not be negative`);
  return typeof value == "number" ? value : fallback;
}
function createRemoteJWKSet(url, options) {
  if (!(url instanceof URL))
    throw new TypeError("url must be an instance of URL");
  const href = new URL(url.href).href, opts = options ?? {}, timeoutOption = opts.timeoutDuration;
  if (typeof timeoutOption == "number" && (!Number.isInteger(timeoutOption) || timeoutOption < 0))
    throw new TypeError('"timeoutDuration" option must be a non-negative integer');
  const timeoutDuration = typeof timeoutOption == "number" ? timeoutOption : 5e3, cooldownDuration = validateDuration(opts.cooldownDuration, 3e4, "cooldownDuration"), cacheMaxAge = validateDuration(opts.cacheMaxAge, 6e5, "cacheMaxAge"), headers = new Headers(opts.headers);
  USER_AGENT && !headers.has("User-Agent") && headers.set("User-Agent", USER_AGENT), headers.has("accept") || headers.set("accept", "application/json, application/jwk-set+json");
  const fetchImpl = opts[customFetch], cache = opts[jwksCache];
  let jwksTimestamp, pendingFetch, reloadSequence = 0, appliedSequence = 0, local;
  if (cache && typeof cache == "object") {
    const { uat, jwks } = cache;
    isFreshFor(uat, cacheMaxAge) && (0,validate/* isJwkSet */.fV)(jwks) && (jwksTimestamp = uat, local = createLocalJWKSet(jwks));
  }
  const reload = async () => {
    if (pendingFetch && isCloudflareWorkers() && (pendingFetch = void 0), !pendingFetch) {
      const sequence = ++reloadSequence, current = pendingFetch = fetchJwks(href, headers, AbortSignal.timeout(timeoutDuration), fetchImpl).then((json) => {
        const next = createLocalJWKSet(json);
        if (sequence <= appliedSequence)
          return;
        local = next;
        const updatedAt = Date.now();
        cache && (cache.uat = updatedAt, cache.jwks = json), jwksTimestamp = updatedAt, appliedSequence = sequence;
      }).finally(() => {
        pendingFetch === current && (pendingFetch = void 0);
      });
    }
    await pendingFetch;
  };
  return Object.defineProperties(async (protectedHeader, token) => {
    (!local || !isFreshFor(jwksTimestamp, cacheMaxAge)) && await reload();
    try {
      return await local(protectedHeader, token);
    } catch (err) {
      if (err instanceof errors/* JWKSNoMatchingKey */.BT && !isFreshFor(jwksTimestamp, cooldownDuration))
        return await reload(), local(protectedHeader, token);
      throw err;
    }
  }, {
    coolingDown: {
      get: () => isFreshFor(jwksTimestamp, cooldownDuration),
      enumerable: !0
    },
    fresh: {
      get: () => isFreshFor(jwksTimestamp, cacheMaxAge),
      enumerable: !0
    },
    reload: {
      value: reload,
      enumerable: !0
    },
    reloading: {
      get: () => !!pendingFetch,
      enumerable: !0
    },
    jwks: {
      value: () => local?.jwks(),
      enumerable: !0
    }
  });
}



/***/ }),

/***/ 5057:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  V: () => (/* binding */ jwtVerify)
});

// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/jws_algorithms.js
var jws_algorithms = __webpack_require__(8109);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/util/errors.js
var errors = __webpack_require__(5674);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/buffer_utils.js
var buffer_utils = __webpack_require__(7410);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/validate.js
var validate = __webpack_require__(7784);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/key.js
var lib_key = __webpack_require__(7859);
;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/lib/jws_verify.js





function snapshotJws(jws, sharedPayload) {
  const encodedProtectedHeader = jws.protected, inputHeader = jws.header, header = isObject(inputHeader) ? { ...inputHeader } : inputHeader;
  let payload = sharedPayload ? sharedPayload[0] : jws.payload;
  !sharedPayload && payload instanceof Uint8Array && (payload = new Uint8Array(payload));
  const signature = jws.signature, snapshot = { payload, signature };
  if (encodedProtectedHeader !== void 0 && (snapshot.protected = encodedProtectedHeader), inputHeader !== void 0 && (snapshot.header = header), encodedProtectedHeader === void 0 && header === void 0)
    throw new JWSInvalid('Flattened JWS must have either of the "protected" or "header" members');
  if (encodedProtectedHeader !== void 0 && typeof encodedProtectedHeader != "string")
    throw new JWSInvalid("JWS Protected Header incorrect type");
  if (payload === void 0)
    throw new JWSInvalid("JWS Payload missing");
  if (typeof signature != "string")
    throw new JWSInvalid("JWS Signature missing or incorrect type");
  if (header !== void 0 && !isObject(header))
    throw new JWSInvalid("JWS Unprotected Header incorrect type");
  return snapshot;
}
function prepareVerify(options) {
  return [options && (0,validate/* validateAlgorithms */.Fw)("algorithms", options.algorithms), options?.crit];
}
function parseProtectedHeader(encodedProtectedHeader) {
  return encodedProtectedHeader === void 0 ? {} : (0,validate/* parseJoseHeader */.OX)(encodedProtectedHeader, errors/* JWSInvalid */.Ye, "JWS Protected Header is invalid");
}
function encodeJsonUnencodedPayload(payload) {
  const invalid = /[\p{Cs}\p{Cn}]/u.exec(payload)?.[0];
  if (invalid !== void 0)
    throw new JWSInvalid(/\p{Cs}/u.test(invalid) ? "JWS Payload must be a well-formed Unicode string" : "JWS Payload must not contain unassigned Unicode code points");
  return encoder.encode(payload);
}
function encodeCompactUnencodedPayload(payload) {
  try {
    return (0,buffer_utils/* encode */.lF)(payload);
  } catch (cause) {
    throw new errors/* JWSInvalid */.Ye("JWS Compact Serialization payload must use only ASCII characters", {
      cause
    });
  }
}
async function verifySignature(jws, shared, key, encodeUnencodedPayload, parsedProtected) {
  const { protected: encodedProtectedHeader, header, payload: inputPayload } = jws, protectedHeader = parsedProtected ?? parseProtectedHeader(encodedProtectedHeader);
  if (!(0,validate/* isDisjoint */.fz)(protectedHeader, header))
    throw new errors/* JWSInvalid */.Ye("JWS Protected and JWS Unprotected Header Parameter names must be disjoint");
  const joseHeader = { ...protectedHeader, ...header }, b64 = (0,validate/* validateB64 */.J0)(protectedHeader, (0,validate/* validateCrit */.nI)(errors/* JWSInvalid */.Ye, validate/* JWS_RECOGNIZED */.qc, shared[1], protectedHeader, joseHeader)), { alg } = joseHeader;
  if (typeof alg != "string" || !alg)
    throw new errors/* JWSInvalid */.Ye('JWS "alg" (Algorithm) Header Parameter missing or invalid');
  if (shared[0] && !shared[0].has(alg))
    throw new errors/* JOSEAlgNotAllowed */.Rb('"alg" (Algorithm) Header Parameter value not allowed');
  if (b64) {
    if (typeof inputPayload != "string")
      throw new errors/* JWSInvalid */.Ye("JWS Payload must be a string");
  } else if (typeof inputPayload != "string" && !(inputPayload instanceof Uint8Array))
    throw new errors/* JWSInvalid */.Ye("JWS Payload must be a string or an Uint8Array instance");
  const signingPayload = b64 || typeof inputPayload != "string" ? inputPayload : encodeUnencodedPayload(inputPayload);
  let resolvedKey = !1;
  typeof key == "function" && (key = await key(protectedHeader, jws), resolvedKey = !0);
  const entry = (0,jws_algorithms/* jwsAlgorithm */.q)(alg), signingInput = (0,buffer_utils/* concat */.xW)(encodedProtectedHeader !== void 0 ? (0,buffer_utils/* encode */.lF)(encodedProtectedHeader) : new Uint8Array(), (0,buffer_utils/* encode */.lF)("."), typeof signingPayload == "string" ? shared[2] ??= (0,validate/* encodeAsciiMember */.MV)(signingPayload, "payload", errors/* JWSInvalid */.Ye) : signingPayload), signature = (0,validate/* decodeBase64url */.h2)(jws.signature, "signature", errors/* JWSInvalid */.Ye), verificationKey = await (0,lib_key/* prepareKey */.dT)(entry, key, "verify"), cryptoKey = await (0,lib_key/* rawKey */.GK)(verificationKey, entry.subtle, "verify");
  entry.minRsaBits && (0,lib_key/* checkModulusLength */.or)(entry.alg, cryptoKey);
  let verified = !1;
  try {
    verified = await crypto.subtle.verify(entry.signing, cryptoKey, signature, signingInput);
  } catch (cause) {
    throw new errors/* JWSSignatureVerificationFailed */.h2(void 0, { cause });
  }
  if (!verified)
    throw new errors/* JWSSignatureVerificationFailed */.h2();
  const result = { payload: typeof signingPayload == "string" ? (0,validate/* decodeBase64url */.h2)(signingPayload, "payload", errors/* JWSInvalid */.Ye) : signingPayload };
  return encodedProtectedHeader !== void 0 && (result.protectedHeader = protectedHeader), header !== void 0 && (result.unprotectedHeader = header), resolvedKey ? [{ ...result, key: verificationKey }, b64] : [result, b64];
}
async function verifyCompact(jws, shared, key) {
  if (jws instanceof Uint8Array && (jws = buffer_utils/* decoder */.D0.decode(jws)), typeof jws != "string")
    throw new errors/* JWSInvalid */.Ye("Compact JWS must be a string or Uint8Array");
  const { 0: protectedHeader, 1: payload, 2: signature, length } = jws.split(".");
  if (length !== 3)
    throw new errors/* JWSInvalid */.Ye("Invalid Compact JWS");
  return verifySignature({ payload, protected: protectedHeader, signature }, shared, key, encodeCompactUnencodedPayload);
}


// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/lib/jwt_claims_set.js
var jwt_claims_set = __webpack_require__(5526);
;// CONCATENATED MODULE: ./node_modules/jose/dist/webapi/jwt/verify.js



async function jwtVerify(jwt, key, options) {
  const [verified, b64] = await verifyCompact(jwt, prepareVerify(options), key);
  if (!b64)
    throw new errors/* JWTInvalid */.Dp("JWTs MUST NOT use unencoded payload");
  const payload = (0,jwt_claims_set/* validateClaimsSet */.k6)(verified.protectedHeader, verified.payload, options);
  return { ...verified, payload };
}



/***/ }),

/***/ 7410:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D0: () => (/* binding */ decoder),
/* harmony export */   Rd: () => (/* binding */ encoder),
/* harmony export */   WG: () => (/* binding */ encodeBase64),
/* harmony export */   lF: () => (/* binding */ encode),
/* harmony export */   u8: () => (/* binding */ strictDecoder),
/* harmony export */   xW: () => (/* binding */ concat),
/* harmony export */   y4: () => (/* binding */ decodeBase64)
/* harmony export */ });
/* unused harmony exports digest, uint32be, uint64be */
const encoder = new TextEncoder(), decoder = new TextDecoder(), strictDecoder = new TextDecoder("utf-8", { fatal: !0 }), UINT32_RANGE = (/* unused pure expression or super */ null && (2 ** 32));
function concat(...buffers) {
  const size = buffers.reduce((acc, { length }) => acc + length, 0), buf = new Uint8Array(size);
  let i = 0;
  for (const buffer of buffers)
    buf.set(buffer, i), i += buffer.length;
  return buf;
}
function writeUInt32BE(buf, value, offset) {
  if (value < 0 || value >= UINT32_RANGE)
    throw new RangeError(`value must be >= 0 and <= ${UINT32_RANGE - 1}. Received ${value}`);
  buf.set([value >>> 24, value >>> 16, value >>> 8, value & 255], offset);
}
function uint64be(value) {
  const high = Math.floor(value / UINT32_RANGE), low = value % UINT32_RANGE, buf = new Uint8Array(8);
  return writeUInt32BE(buf, high, 0), writeUInt32BE(buf, low, 4), buf;
}
function uint32be(value) {
  const buf = new Uint8Array(4);
  return writeUInt32BE(buf, value), buf;
}
const NON_ASCII = /[^\x00-\x7f]/;
function encode(string) {
  if (typeof string == "string" && string.length >= 128) {
    if (NON_ASCII.test(string))
      throw new TypeError("non-ASCII string encountered in encode()");
    return encoder.encode(string);
  }
  const bytes = new Uint8Array(string.length);
  for (let i = 0; i < string.length; i++) {
    const code = string.charCodeAt(i);
    if (code > 127)
      throw new TypeError("non-ASCII string encountered in encode()");
    bytes[i] = code;
  }
  return bytes;
}
function encodeBase64(input, url = !1) {
  if (Uint8Array.prototype.toBase64)
    return input.toBase64({ alphabet: url ? "base64url" : "base64", omitPadding: url });
  const CHUNK_SIZE = 32768, arr = [];
  for (let i = 0; i < input.length; i += CHUNK_SIZE)
    arr.push(String.fromCharCode.apply(null, input.subarray(i, i + CHUNK_SIZE)));
  const encoded = btoa(arr.join(""));
  return url ? encoded.replace(/=/g, "").replace(/\+/g, "-").replace(/\//g, "_") : encoded;
}
function decodeBase64(encoded, url = !1) {
  if (Uint8Array.fromBase64)
    return Uint8Array.fromBase64(encoded, { alphabet: url ? "base64url" : "base64" });
  if (url) {
    if (encoded.includes("+") || encoded.includes("/"))
      throw new TypeError("Invalid base64url");
    encoded = encoded.replace(/-/g, "+").replace(/_/g, "/");
  }
  const binary = atob(encoded), bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++)
    bytes[i] = binary.charCodeAt(i);
  return bytes;
}
async function digest(algorithm, data) {
  const subtleDigest = `SHA-${algorithm.slice(-3)}`;
  return new Uint8Array(await crypto.subtle.digest(subtleDigest, data));
}



/***/ }),

/***/ 8109:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ JWS),
/* harmony export */   q: () => (/* binding */ jwsAlgorithm)
/* harmony export */ });
/* harmony import */ var _util_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5674);
/* harmony import */ var _key_descriptor_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3035);


const sig = [["verify"], ["sign"]];
function hmac(bits) {
  const subtle = { name: "HMAC", hash: `SHA-${bits}` };
  return { kty: ["oct"], secret: !0, subtle, signing: subtle, usages: sig };
}
function rsa(bits, saltLength) {
  const subtle = { name: saltLength ? "RSA-PSS" : "RSASSA-PKCS1-v1_5", hash: `SHA-${bits}` };
  return {
    kty: ["RSA"],
    subtle,
    signing: saltLength ? { ...subtle, saltLength } : subtle,
    usages: sig,
    minRsaBits: 2048
  };
}
function ecdsa(crv, bits) {
  return {
    kty: ["EC"],
    crv,
    subtle: { name: "ECDSA", namedCurve: crv },
    signing: { name: "ECDSA", hash: `SHA-${bits}` },
    usages: sig
  };
}
function eddsa() {
  const subtle = { name: "Ed25519" };
  return {
    kty: ["OKP"],
    crv: "Ed25519",
    subtle,
    signing: subtle,
    usages: sig
  };
}
function mldsa(parameterSet) {
  const subtle = { name: `ML-DSA-${parameterSet}` };
  return {
    kty: ["AKP"],
    subtle,
    signing: subtle,
    usages: sig
  };
}
const JWS = (0,_key_descriptor_js__WEBPACK_IMPORTED_MODULE_0__/* .table */ .t)({
  HS256: hmac(256),
  HS384: hmac(384),
  HS512: hmac(512),
  RS256: rsa(256),
  RS384: rsa(384),
  RS512: rsa(512),
  PS256: rsa(256, 32),
  PS384: rsa(384, 48),
  PS512: rsa(512, 64),
  ES256: ecdsa("P-256", 256),
  ES384: ecdsa("P-384", 384),
  ES512: ecdsa("P-521", 512),
  EdDSA: eddsa(),
  Ed25519: eddsa(),
  "ML-DSA-44": mldsa(44),
  "ML-DSA-65": mldsa(65),
  "ML-DSA-87": mldsa(87)
});
function jwsAlgorithm(alg) {
  const entry = typeof alg == "string" ? JWS[alg] : void 0;
  if (!entry)
    throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .JOSENotSupported */ .T0(`alg ${alg} is not supported either by JOSE or your javascript runtime`);
  return entry;
}



/***/ }),

/***/ 5526:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _g: () => (/* binding */ jwtClaimsSetBytes),
/* harmony export */   cE: () => (/* binding */ JWTClaimsBuilder),
/* harmony export */   k6: () => (/* binding */ validateClaimsSet)
/* harmony export */ });
/* unused harmony exports jwtClaim, secs */
/* harmony import */ var _util_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5674);
/* harmony import */ var _buffer_utils_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7410);
/* harmony import */ var _validate_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7784);



const epoch = (date) => Math.floor(date.getTime() / 1e3), multipliers = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86400,
  w: 604800,
  y: 31557600
}, REGEX = /^(\+|\-)? ?(\d+|\d+\.\d+) ?(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|years?|yrs?|y)(?: (ago|from now))?$/i, checkFailed = "check_failed";
function invalidDuration() {
  throw new TypeError("Invalid time period format");
}
function secs(str) {
  typeof str != "string" && invalidDuration();
  const matched = REGEX.exec(str);
  (!matched || matched[4] && matched[1]) && invalidDuration();
  const value = parseFloat(matched[2]), durationSeconds = Math.round(value * multipliers[matched[3][0].toLowerCase()]);
  return Number.isFinite(durationSeconds) || invalidDuration(), matched[1] === "-" || matched[4] === "ago" ? -durationSeconds : durationSeconds;
}
function validateInput(label, input) {
  if (!Number.isFinite(input))
    throw new TypeError(`Invalid ${label} input`);
  return input;
}
function validateStringClaim(claim, value) {
  if (typeof value != "string")
    throw new TypeError(`"${claim}" claim must be a string`);
}
function validateAudienceClaim(value) {
  if (typeof value != "string" && (!Array.isArray(value) || Array.from(value).some((member) => typeof member != "string")))
    throw new TypeError('"aud" claim must be a string or an array of strings');
}
function numericDate(value, label) {
  return typeof value == "number" ? validateInput(label, value) : value instanceof Date ? validateInput(label, epoch(value)) : epoch(/* @__PURE__ */ new Date()) + secs(value);
}
const normalizeTyp = (value) => {
  const normalized = value.toLowerCase();
  return value.includes("/") ? normalized : `application/${normalized}`;
}, checkAudiencePresence = (audPayload, audOption) => typeof audPayload == "string" ? audOption.includes(audPayload) : Array.isArray(audPayload) ? audOption.some((aud) => audPayload.includes(aud)) : !1;
function validateNumericDate(claimsSet, claim, required = !1) {
  const value = claimsSet[claim];
  if (!(value === void 0 && !required)) {
    if (typeof value != "number")
      throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .JWTClaimValidationFailed */ .ie(`"${claim}" claim must be a number`, claimsSet, claim, "invalid");
    return value;
  }
}
function unexpectedClaim(claimsSet, claim) {
  throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .JWTClaimValidationFailed */ .ie(`unexpected "${claim}" claim value`, claimsSet, claim, checkFailed);
}
function validateClaimsSet(protectedHeader, claimsSetBytes, options = {}) {
  let claimsSet;
  try {
    claimsSet = JSON.parse(_buffer_utils_js__WEBPACK_IMPORTED_MODULE_1__/* .strictDecoder */ .u8.decode(claimsSetBytes));
  } catch (cause) {
    throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .JWTInvalid */ .Dp("JWT Claims Set must be a top-level JSON object", { cause });
  }
  if (!(0,_validate_js__WEBPACK_IMPORTED_MODULE_2__/* .isObject */ .Gv)(claimsSet))
    throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .JWTInvalid */ .Dp("JWT Claims Set must be a top-level JSON object");
  const { typ } = options;
  if (typ !== void 0 && (typeof protectedHeader.typ != "string" || normalizeTyp(protectedHeader.typ) !== normalizeTyp(typ)))
    throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .JWTClaimValidationFailed */ .ie('unexpected "typ" JWT header value', claimsSet, "typ", checkFailed);
  const { requiredClaims = [], issuer, subject, audience, maxTokenAge } = options, presenceCheck = [...requiredClaims];
  maxTokenAge !== void 0 && presenceCheck.push("iat"), audience !== void 0 && presenceCheck.push("aud"), subject !== void 0 && presenceCheck.push("sub"), issuer !== void 0 && presenceCheck.push("iss");
  for (const claim of new Set(presenceCheck.reverse()))
    if (!Object.hasOwn(claimsSet, claim))
      throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .JWTClaimValidationFailed */ .ie(`missing required "${claim}" claim`, claimsSet, claim, "missing");
  issuer !== void 0 && !(Array.isArray(issuer) ? issuer : [issuer]).includes(claimsSet.iss) && unexpectedClaim(claimsSet, "iss"), subject !== void 0 && claimsSet.sub !== subject && unexpectedClaim(claimsSet, "sub"), audience !== void 0 && !checkAudiencePresence(claimsSet.aud, typeof audience == "string" ? [audience] : audience) && unexpectedClaim(claimsSet, "aud");
  const { clockTolerance } = options;
  let tolerance = 0;
  if (typeof clockTolerance == "string")
    tolerance = secs(clockTolerance);
  else if (clockTolerance !== void 0) {
    if (typeof clockTolerance != "number")
      throw new TypeError("Invalid clockTolerance option type");
    tolerance = clockTolerance;
  }
  if (validateInput("clockTolerance option", tolerance), tolerance < 0)
    throw new TypeError("Invalid clockTolerance option input");
  const { currentDate } = options, now = validateInput("currentDate option", epoch(currentDate === void 0 ? /* @__PURE__ */ new Date() : currentDate)), iat = validateNumericDate(claimsSet, "iat", maxTokenAge !== void 0), nbf = validateNumericDate(claimsSet, "nbf");
  if (nbf !== void 0 && nbf > now + tolerance)
    throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .JWTClaimValidationFailed */ .ie('"nbf" claim timestamp check failed', claimsSet, "nbf", checkFailed);
  const exp = validateNumericDate(claimsSet, "exp");
  if (exp !== void 0 && exp <= now - tolerance)
    throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .JWTExpired */ .n('"exp" claim timestamp check failed', claimsSet, "exp", checkFailed);
  if (maxTokenAge !== void 0) {
    const age = now - iat, max = validateInput("maxTokenAge option", typeof maxTokenAge == "number" ? maxTokenAge : secs(maxTokenAge));
    if (max < 0)
      throw new TypeError("Invalid maxTokenAge option input");
    if (age - tolerance > max)
      throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .JWTExpired */ .n('"iat" claim timestamp check failed (too far in the past)', claimsSet, "iat", checkFailed);
    if (age < -tolerance)
      throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .JWTClaimValidationFailed */ .ie('"iat" claim timestamp check failed (it should be in the past)', claimsSet, "iat", checkFailed);
  }
  return claimsSet;
}
let producerClaimsSets;
function producerClaimsSet(producer) {
  return producerClaimsSets.get(producer);
}
function jwtClaimsSetBytes(producer) {
  const claimsSet = producerClaimsSet(producer);
  for (const claim of ["iat", "nbf", "exp"]) {
    const value = claimsSet[claim];
    if (typeof value == "number" && !Number.isFinite(value))
      throw new TypeError(`"${claim}" claim must be a finite number`);
  }
  return _buffer_utils_js__WEBPACK_IMPORTED_MODULE_1__/* .encoder */ .Rd.encode(JSON.stringify(claimsSet));
}
function jwtClaim(producer, claim) {
  return producerClaimsSet(producer)[claim];
}
class JWTClaimsBuilder {
  constructor(claimsSet = {}) {
    if (!(0,_validate_js__WEBPACK_IMPORTED_MODULE_2__/* .isObject */ .Gv)(claimsSet))
      throw new TypeError("JWT Claims Set MUST be an object");
    (producerClaimsSets ||= /* @__PURE__ */ new WeakMap()).set(this, structuredClone(claimsSet));
  }
  setIssuer(value) {
    return validateStringClaim("iss", value), producerClaimsSet(this).iss = value, this;
  }
  setSubject(value) {
    return validateStringClaim("sub", value), producerClaimsSet(this).sub = value, this;
  }
  setAudience(value) {
    return validateAudienceClaim(value), producerClaimsSet(this).aud = value, this;
  }
  setJti(value) {
    return validateStringClaim("jti", value), producerClaimsSet(this).jti = value, this;
  }
  setNotBefore(value) {
    return producerClaimsSet(this).nbf = numericDate(value, "setNotBefore"), this;
  }
  setExpirationTime(value) {
    return producerClaimsSet(this).exp = numericDate(value, "setExpirationTime"), this;
  }
  setIssuedAt(value) {
    const claimsSet = producerClaimsSet(this);
    return value === void 0 ? claimsSet.iat = epoch(/* @__PURE__ */ new Date()) : typeof value == "string" ? claimsSet.iat = validateInput("setIssuedAt", epoch(/* @__PURE__ */ new Date()) + secs(value)) : claimsSet.iat = numericDate(value, "setIssuedAt"), this;
  }
}



/***/ }),

/***/ 7859:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GK: () => (/* binding */ rawKey),
/* harmony export */   ZZ: () => (/* binding */ snapshotJwk),
/* harmony export */   dT: () => (/* binding */ prepareKey),
/* harmony export */   l: () => (/* binding */ validateExtractableOption),
/* harmony export */   or: () => (/* binding */ checkModulusLength),
/* harmony export */   xY: () => (/* binding */ jwkToKey)
/* harmony export */ });
/* unused harmony exports assertCryptoKey, checkCryptoKey, checkUsage, invalidKeyInput, isCryptoKey, isKeyLike, isKeyObject, normalizeJwk */
/* harmony import */ var _validate_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7784);
/* harmony import */ var _util_base64url_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1445);
/* harmony import */ var _util_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5674);



const tag = (key) => key[Symbol.toStringTag], jwkMatchesOp = (entry, key, usage) => {
  const { alg } = entry;
  if (key.use !== void 0) {
    const expected = usage === "sign" || usage === "verify" ? "sig" : "enc";
    if (key.use !== expected)
      throw new TypeError(`Invalid key for this operation, its "use" must be "${expected}" when present`);
  }
  if (key.alg !== void 0 && key.alg !== alg)
    throw new TypeError(`Invalid key for this operation, its "alg" must be "${alg}" when present`);
  if (Array.isArray(key.key_ops)) {
    const expectedKeyOp = usage === "encrypt" || usage === "decrypt" ? entry.ops?.[usage === "encrypt" ? 0 : 1] : usage;
    if (expectedKeyOp && !key.key_ops.includes(expectedKeyOp))
      throw new TypeError(`Invalid key for this operation, its "key_ops" must include "${expectedKeyOp}" when present`);
  }
};
async function prepareKey(entry, key, usage) {
  const { alg, secret } = entry, requiresPrivateKey = usage === "decrypt" || usage === "sign";
  if (secret && key instanceof Uint8Array)
    return key;
  let normalized, keyObject;
  if ((0,_validate_js__WEBPACK_IMPORTED_MODULE_0__/* .isObject */ .Gv)(key)) {
    if (normalized = normalizeJwk(key), typeof normalized.kty != "string")
      throw invalidKeyType(alg, key, secret);
    if (!(secret ? normalized.kty === "oct" && typeof normalized.k == "string" : normalized.kty !== "oct" && (requiresPrivateKey ? normalized.kty === "AKP" && typeof normalized.priv == "string" || typeof normalized.d == "string" : normalized.d === void 0 && normalized.priv === void 0)))
      throw new TypeError(secret ? 'JSON Web Key for symmetric algorithms must have JWK "kty" (Key Type) equal to "oct" and the JWK "k" (Key Value) present' : `JSON Web Key for this operation must be a ${requiresPrivateKey ? "private" : "public"} JWK`);
    if (jwkMatchesOp(entry, normalized, usage), normalized.kty === "oct")
      return (0,_util_base64url_js__WEBPACK_IMPORTED_MODULE_1__/* .decode */ .D)(normalized.k);
    if (!Object.isFrozen(key)) {
      const { key_ops } = key;
      Array.isArray(key_ops) && Object.freeze(key_ops), Object.freeze(key);
    }
  } else {
    if (!isKeyLike(key))
      throw invalidKeyType(alg, key, secret);
    const expectedType = secret ? "secret" : requiresPrivateKey ? "private" : "public";
    if (key.type !== expectedType && (secret || ["secret", "public", "private"].includes(key.type)))
      throw new TypeError(`${tag(key)} instances must be of type "${expectedType}" for the ${alg} algorithm`);
    if (isCryptoKey(key))
      return key;
    if (keyObject = key, keyObject.type === "secret")
      return keyObject.export();
  }
  cache ||= /* @__PURE__ */ new WeakMap();
  const cacheKey = key;
  let cached = cache.get(cacheKey);
  if (cached?.[alg])
    return cached[alg];
  if (cached || cache.set(cacheKey, cached = {}), keyObject && typeof keyObject.toCryptoKey == "function") {
    const isPublic = keyObject.type === "public", crv = nist[keyObject.asymmetricKeyDetails?.namedCurve], params = entry.resolve?.({ crv, asymmetricKeyType: keyObject.asymmetricKeyType }) ?? entry.subtle;
    return cached[alg] = keyObject.toCryptoKey(params, isPublic, entry.usages[isPublic ? 0 : 1]);
  }
  return normalized ??= keyObject.export({ format: "jwk" }), normalized.alg = alg, cached[alg] = await jwkToKey(entry, normalized);
}
let cache;
const nist = {
  __proto__: null,
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521"
};
function assertCryptoKey(key) {
  if (!isCryptoKey(key))
    throw new Error("CryptoKey instance expected");
}
const isCryptoKey = (key) => {
  if (key?.[Symbol.toStringTag] === "CryptoKey")
    return !0;
  try {
    return key instanceof CryptoKey;
  } catch {
    return !1;
  }
}, isKeyObject = (key) => key?.[Symbol.toStringTag] === "KeyObject", isKeyLike = (key) => isCryptoKey(key) || isKeyObject(key);
function message(msg, actual, ...types) {
  if (types.length > 2) {
    const last = types.pop();
    msg += `one of type ${types.join(", ")}, or ${last}.`;
  } else types.length === 2 ? msg += `one of type ${types[0]} or ${types[1]}.` : msg += `of type ${types[0]}.`;
  return actual == null ? msg += ` Received ${actual}` : typeof actual == "function" && actual.name ? msg += ` Received function ${actual.name}` : typeof actual == "object" && actual != null && actual.constructor?.name && (msg += ` Received an instance of ${actual.constructor.name}`), msg;
}
const invalidKeyInput = (actual, ...types) => message("Key must be ", actual, ...types);
function invalidKeyType(alg, actual, secret) {
  const types = ["CryptoKey", "KeyObject", "JSON Web Key"];
  return secret && types.push("Uint8Array"), new TypeError(message(`Key for the ${alg} algorithm must be `, actual, ...types));
}
const unusable = (name, prop = "algorithm.name") => new TypeError(`CryptoKey does not support this operation, its ${prop} must be ${name}`);
function checkUsage(key, usage) {
  if (usage && !key.usages.includes(usage))
    throw new TypeError(`CryptoKey does not support this operation, its usages must include ${usage}.`);
}
function checkModulusLength(alg, key) {
  const { modulusLength } = key.algorithm;
  if (typeof modulusLength != "number" || modulusLength < 2048)
    throw new TypeError(`${alg} requires key modulusLength to be 2048 bits or larger`);
}
function checkCryptoKey(key, expected, usage) {
  const algorithm = key.algorithm;
  if (algorithm.name !== expected.name)
    throw unusable(expected.name);
  if (expected.hash && algorithm.hash?.name !== expected.hash)
    throw unusable(expected.hash, "algorithm.hash");
  if (expected.namedCurve && algorithm.namedCurve !== expected.namedCurve)
    throw unusable(expected.namedCurve, "algorithm.namedCurve");
  if (expected.length !== void 0 && algorithm.length !== expected.length)
    throw unusable(expected.length, "algorithm.length");
  checkUsage(key, usage);
}
function snapshotJwk(jwk) {
  return { __proto__: null, ...jwk };
}
function normalizeJwk(jwk) {
  const normalized = snapshotJwk(jwk);
  if (normalized.ext !== void 0 && typeof normalized.ext != "boolean")
    throw new TypeError('"ext" (Extractable) Parameter must be a boolean');
  if (normalized.key_ops !== void 0) {
    const value = normalized.key_ops, keyOps = Array.isArray(value) ? [...value] : void 0;
    if (!keyOps || keyOps.some((operation) => typeof operation != "string") || new Set(keyOps).size !== keyOps.length)
      throw new TypeError('"key_ops" (Key Operations) Parameter must be an array of unique strings');
    normalized.key_ops = keyOps;
  }
  return normalized;
}
function validateExtractableOption(extractable) {
  if (extractable !== void 0 && typeof extractable != "boolean")
    throw new TypeError('"extractable" option must be a boolean');
  return extractable;
}
async function jwkToKey(entry, jwk, extractable) {
  if (!entry.kty.includes(jwk.kty))
    throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .JOSENotSupported */ .T0('Invalid or unsupported JWK "alg" (Algorithm) Parameter value');
  const algorithm = entry.resolve?.({ kty: jwk.kty, crv: jwk.crv }) ?? entry.subtle, isPrivate = !!(jwk.d || jwk.priv), keyData = { ...jwk, ext: extractable ?? jwk.ext };
  return keyData.kty !== "AKP" && delete keyData.alg, delete keyData.use, crypto.subtle.importKey("jwk", keyData, algorithm, keyData.ext ?? !isPrivate, jwk.key_ops ?? entry.usages[isPrivate ? 1 : 0]);
}
async function rawKey(key, expected, usage, extractable = !1) {
  return key instanceof Uint8Array && (key = await crypto.subtle.importKey("raw", key, expected, extractable, [usage])), checkCryptoKey(key, expected, usage), key;
}



/***/ }),

/***/ 3035:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ table)
/* harmony export */ });
function table(entries) {
  const out = { __proto__: null };
  for (const alg in entries)
    out[alg] = { ...entries[alg], alg };
  return out;
}



/***/ }),

/***/ 7784:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   BU: () => (/* binding */ validateCritDuplicates),
/* harmony export */   Fw: () => (/* binding */ validateAlgorithms),
/* harmony export */   Gv: () => (/* binding */ isObject),
/* harmony export */   J0: () => (/* binding */ validateB64),
/* harmony export */   MV: () => (/* binding */ encodeAsciiMember),
/* harmony export */   OX: () => (/* binding */ parseJoseHeader),
/* harmony export */   ac: () => (/* binding */ assertNotSet),
/* harmony export */   fV: () => (/* binding */ isJwkSet),
/* harmony export */   fz: () => (/* binding */ isDisjoint),
/* harmony export */   h2: () => (/* binding */ decodeBase64url),
/* harmony export */   ji: () => (/* binding */ serializeJoseHeader),
/* harmony export */   nI: () => (/* binding */ validateCrit),
/* harmony export */   qc: () => (/* binding */ JWS_RECOGNIZED)
/* harmony export */ });
/* unused harmony exports JWE_RECOGNIZED, assertUint8Array */
/* harmony import */ var _util_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5674);
/* harmony import */ var _util_base64url_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1445);
/* harmony import */ var _buffer_utils_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7410);



function assertUint8Array(input, label) {
  if (!(input instanceof Uint8Array))
    throw new TypeError(`${label} must be an instance of Uint8Array`);
}
function isObject(input) {
  if (typeof input != "object" || input === null || Object.prototype.toString.call(input) !== "[object Object]")
    return !1;
  const prototype = Object.getPrototypeOf(input);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
function isJwkSet(input) {
  return isObject(input) && Array.isArray(input.keys) && Array.from(input.keys).every(isObject);
}
function isDisjoint(...headers) {
  const parameters = /* @__PURE__ */ new Set();
  for (const header of headers)
    if (header)
      for (const parameter of Object.keys(header)) {
        if (parameters.has(parameter))
          return !1;
        parameters.add(parameter);
      }
  return !0;
}
function assertNotSet(value, name) {
  if (value !== void 0)
    throw new TypeError(`${name} can only be called once`);
}
function decodeBase64url(value, label, ErrorClass) {
  try {
    return (0,_util_base64url_js__WEBPACK_IMPORTED_MODULE_0__/* .decode */ .D)(value);
  } catch (cause) {
    throw new ErrorClass(`Failed to base64url decode the ${label}`, { cause });
  }
}
function encodeAsciiMember(value, label, ErrorClass) {
  try {
    return (0,_buffer_utils_js__WEBPACK_IMPORTED_MODULE_1__/* .encode */ .lF)(value);
  } catch (cause) {
    throw new ErrorClass(`The ${label} is not a valid base64url string`, { cause });
  }
}
function parseJoseHeader(encodedProtectedHeader, ErrorClass, message) {
  let parsed;
  try {
    parsed = JSON.parse(_buffer_utils_js__WEBPACK_IMPORTED_MODULE_1__/* .strictDecoder */ .u8.decode((0,_util_base64url_js__WEBPACK_IMPORTED_MODULE_0__/* .decode */ .D)(encodedProtectedHeader)));
  } catch (cause) {
    throw new ErrorClass(message, { cause });
  }
  if (!isObject(parsed))
    throw new ErrorClass(message);
  return parsed;
}
const JWS_RECOGNIZED = { __proto__: null, b64: !0 }, JWE_RECOGNIZED = { __proto__: null };
function validateAlgorithms(option, algorithms) {
  if (algorithms !== void 0 && (!Array.isArray(algorithms) || algorithms.some((s) => typeof s != "string")))
    throw new TypeError(`"${option}" option must be an array of strings`);
  return algorithms === void 0 ? void 0 : new Set(algorithms);
}
function validateCritDuplicates(Err, protectedHeader) {
  const { crit } = protectedHeader ?? {};
  if (Array.isArray(crit) && new Set(crit).size !== crit.length)
    throw new Err('"crit" (Critical) Header Parameter MUST NOT contain duplicate values');
}
function validateCrit(Err, recognizedDefault, recognizedOption, protectedHeader, joseHeader) {
  if (joseHeader.crit !== void 0 && protectedHeader?.crit === void 0)
    throw new Err('"crit" (Critical) Header Parameter MUST be integrity protected');
  if (!protectedHeader || protectedHeader.crit === void 0)
    return [];
  if (!Array.isArray(protectedHeader.crit) || protectedHeader.crit.length === 0 || protectedHeader.crit.some((input) => typeof input != "string" || input.length === 0))
    throw new Err('"crit" (Critical) Header Parameter MUST be an array of non-empty strings when present');
  const recognized = recognizedOption === void 0 ? recognizedDefault : { __proto__: null, ...recognizedOption, ...recognizedDefault };
  for (const parameter of protectedHeader.crit) {
    if (!(parameter in recognized))
      throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .JOSENotSupported */ .T0(`Extension Header Parameter "${parameter}" is not recognized`);
    if (!Object.hasOwn(joseHeader, parameter) || joseHeader[parameter] === void 0)
      throw new Err(`Extension Header Parameter "${parameter}" is missing`);
    if (recognized[parameter] && (!Object.hasOwn(protectedHeader, parameter) || protectedHeader[parameter] === void 0))
      throw new Err(`Extension Header Parameter "${parameter}" MUST be integrity protected`);
  }
  return protectedHeader.crit;
}
function validateB64(protectedHeader, extensions) {
  if (extensions.includes("b64")) {
    const b64 = protectedHeader.b64;
    if (typeof b64 != "boolean")
      throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .JWSInvalid */ .Ye('The "b64" (base64url-encode payload) Header Parameter must be a boolean');
    return b64;
  }
  return !0;
}
function serializeJoseHeader(Err, header) {
  let serialized, parsed;
  try {
    serialized = JSON.stringify(header), parsed = JSON.parse(serialized);
  } catch (cause) {
    throw new Err("JOSE Header is not valid JSON", { cause });
  }
  if (!isObject(parsed))
    throw new Err("JOSE Header is not a JSON object");
  return [parsed, serialized];
}



/***/ }),

/***/ 1445:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ decode),
/* harmony export */   l: () => (/* binding */ encode)
/* harmony export */ });
/* harmony import */ var _lib_buffer_utils_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7410);

const invalid = "The input to be decoded is not correctly encoded.";
function decode(input) {
  try {
    return (0,_lib_buffer_utils_js__WEBPACK_IMPORTED_MODULE_0__/* .decodeBase64 */ .y4)(typeof input == "string" ? input : _lib_buffer_utils_js__WEBPACK_IMPORTED_MODULE_0__/* .decoder */ .D0.decode(input), !0);
  } catch (cause) {
    throw new TypeError(invalid, { cause });
  }
}
function encode(input) {
  return (0,_lib_buffer_utils_js__WEBPACK_IMPORTED_MODULE_0__/* .encodeBase64 */ .WG)(typeof input == "string" ? _lib_buffer_utils_js__WEBPACK_IMPORTED_MODULE_0__/* .encoder */ .Rd.encode(input) : input, !0);
}



/***/ }),

/***/ 5674:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $4: () => (/* binding */ JWKSMultipleMatchingKeys),
/* harmony export */   BT: () => (/* binding */ JWKSNoMatchingKey),
/* harmony export */   Dm: () => (/* binding */ JWKSInvalid),
/* harmony export */   Dp: () => (/* binding */ JWTInvalid),
/* harmony export */   Rb: () => (/* binding */ JOSEAlgNotAllowed),
/* harmony export */   T0: () => (/* binding */ JOSENotSupported),
/* harmony export */   Ye: () => (/* binding */ JWSInvalid),
/* harmony export */   h2: () => (/* binding */ JWSSignatureVerificationFailed),
/* harmony export */   i4: () => (/* binding */ JOSEError),
/* harmony export */   ie: () => (/* binding */ JWTClaimValidationFailed),
/* harmony export */   n: () => (/* binding */ JWTExpired),
/* harmony export */   xb: () => (/* binding */ JWKSTimeout)
/* harmony export */ });
/* unused harmony exports JWEDecryptionFailed, JWEInvalid, JWKInvalid */
class JOSEError extends Error {
  static code = "ERR_JOSE_GENERIC";
  code = "ERR_JOSE_GENERIC";
  constructor(message, options) {
    super(message, options), this.name = this.constructor.name, Error.captureStackTrace?.(this, this.constructor);
  }
}
class JWTClaimValidationFailed extends JOSEError {
  static code = "ERR_JWT_CLAIM_VALIDATION_FAILED";
  code = "ERR_JWT_CLAIM_VALIDATION_FAILED";
  claim;
  reason;
  payload;
  constructor(message, payload, claim = "unspecified", reason = "unspecified") {
    super(message, { cause: { claim, reason, payload } }), this.claim = claim, this.reason = reason, this.payload = payload;
  }
}
class JWTExpired extends JOSEError {
  static code = "ERR_JWT_EXPIRED";
  code = "ERR_JWT_EXPIRED";
  claim;
  reason;
  payload;
  constructor(message, payload, claim = "unspecified", reason = "unspecified") {
    super(message, { cause: { claim, reason, payload } }), this.claim = claim, this.reason = reason, this.payload = payload;
  }
}
class JOSEAlgNotAllowed extends JOSEError {
  static code = "ERR_JOSE_ALG_NOT_ALLOWED";
  code = "ERR_JOSE_ALG_NOT_ALLOWED";
}
class JOSENotSupported extends JOSEError {
  static code = "ERR_JOSE_NOT_SUPPORTED";
  code = "ERR_JOSE_NOT_SUPPORTED";
}
class JWEDecryptionFailed extends JOSEError {
  static code = "ERR_JWE_DECRYPTION_FAILED";
  code = "ERR_JWE_DECRYPTION_FAILED";
  constructor(message = "decryption operation failed", options) {
    super(message, options);
  }
}
class JWEInvalid extends (/* unused pure expression or super */ null && (JOSEError)) {
  static code = (/* unused pure expression or super */ null && ("ERR_JWE_INVALID"));
  code = "ERR_JWE_INVALID";
}
class JWSInvalid extends JOSEError {
  static code = "ERR_JWS_INVALID";
  code = "ERR_JWS_INVALID";
}
class JWTInvalid extends JOSEError {
  static code = "ERR_JWT_INVALID";
  code = "ERR_JWT_INVALID";
}
class JWKInvalid extends (/* unused pure expression or super */ null && (JOSEError)) {
  static code = (/* unused pure expression or super */ null && ("ERR_JWK_INVALID"));
  code = "ERR_JWK_INVALID";
}
class JWKSInvalid extends JOSEError {
  static code = "ERR_JWKS_INVALID";
  code = "ERR_JWKS_INVALID";
}
class JWKSNoMatchingKey extends JOSEError {
  static code = "ERR_JWKS_NO_MATCHING_KEY";
  code = "ERR_JWKS_NO_MATCHING_KEY";
  constructor(message = "no applicable key found in the JSON Web Key Set", options) {
    super(message, options);
  }
}
class JWKSMultipleMatchingKeys extends JOSEError {
  [Symbol.asyncIterator] = async function* () {
  };
  static code = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";
  code = "ERR_JWKS_MULTIPLE_MATCHING_KEYS";
  constructor(message = "multiple matching keys found in the JSON Web Key Set", options) {
    super(message, options);
  }
}
class JWKSTimeout extends JOSEError {
  static code = "ERR_JWKS_TIMEOUT";
  code = "ERR_JWKS_TIMEOUT";
  constructor(message = "request timed out", options) {
    super(message, options);
  }
}
class JWSSignatureVerificationFailed extends JOSEError {
  static code = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
  code = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
  constructor(message = "signature verification failed", options) {
    super(message, options);
  }
}



/***/ })

};
