/**
 * The management port: metrics, health, and a page for a person without other tools. Hides what the page looks like,
 * and that a look-up holds up no lane. It may change nothing.
 */
@NullMarked
package dev.messagecontact.ops.http;

import org.jspecify.annotations.NullMarked;
