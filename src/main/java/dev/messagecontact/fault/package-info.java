/**
 * What a failure means and how it is said: kinds of faults, one description, and the one exception whose message is for an
 * operator. Knows nothing of the flow.
 */
@NullMarked
package dev.messagecontact.fault;

import org.jspecify.annotations.NullMarked;
