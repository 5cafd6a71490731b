/**
 * Worker processes, a proxy that fails and sample commands, for the workshop and the tests, which need not know how a
 * worker process is started, stopped and watched.
 */
@NullMarked
package dev.messagecontact.workshop.testkit;

import org.jspecify.annotations.NullMarked;
