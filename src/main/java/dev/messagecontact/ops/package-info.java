/**
 * What operators see: metrics, health, the server that tells them, and a log that an outage does not flood. The secret
 * kept here: how what the lanes report becomes numbers and verdicts.
 */
@NullMarked
package dev.messagecontact.ops;

import org.jspecify.annotations.NullMarked;
