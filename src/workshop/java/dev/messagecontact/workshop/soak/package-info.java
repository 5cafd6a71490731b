/** Runs workers under random faults, then an audit: the load, the plan of the faults, and the code that causes each. */
@NullMarked
package dev.messagecontact.workshop.soak;

import org.jspecify.annotations.NullMarked;
