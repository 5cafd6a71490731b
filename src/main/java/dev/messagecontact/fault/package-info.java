/**
 * What a failure means and how it is described: kinds of faults, one description, and the one exception whose message is
 * for an operator. Other packages do not know which codes and exception classes mean what. It may not know the flow.
 */
@NullMarked
package dev.messagecontact.fault;

import org.jspecify.annotations.NullMarked;
