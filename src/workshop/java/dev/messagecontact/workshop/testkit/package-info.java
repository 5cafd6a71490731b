/**
 * Worker processes, a proxy that fails, sample commands and a count of what came of them, for the workshop and the tests, which need not know how a
 * worker process is started, stopped and watched.
 */
@NullMarked
package dev.messagecontact.workshop.testkit;

import org.jspecify.annotations.NullMarked;
