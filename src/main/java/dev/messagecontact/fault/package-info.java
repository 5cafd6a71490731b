/**
 * What a failure means and how it is said: kinds of faults, one description, and the one exception whose message is
 * for an operator. Hides which codes and exception classes stand for what. It may not know the flow.
 */
@NullMarked
package dev.messagecontact.fault;

import org.jspecify.annotations.NullMarked;
