/**
 * Proves who sent a command: signed tokens (JWT, RFC 7519), the issuers' keys, and the files with keys and policy. The
 * library that reads and verifies tokens is used in no other package.
 */
@NullMarked
package dev.messagecontact.authorization.token;

import org.jspecify.annotations.NullMarked;
