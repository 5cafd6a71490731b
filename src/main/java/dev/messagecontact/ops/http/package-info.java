/**
 * The management port: metrics, health, and a page for a person without other tools. A look-up on that page delays no
 * lane. It may change nothing.
 */
@NullMarked
package dev.messagecontact.ops.http;

import org.jspecify.annotations.NullMarked;
