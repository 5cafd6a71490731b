/**
 * Proves who sent a command: signed tokens (JWT, RFC 7519), the issuers' keys, and the files that keys and policy are read
 * from. The secret kept here: the library that reads and verifies tokens.
 */
@NullMarked
package dev.messagecontact.authorization.token;

import org.jspecify.annotations.NullMarked;
