/**
 * Holds the files below docker/kubernetes to Kubernetes's own types, to the rules of the "restricted" Pod Security Standard, to
 * each other and to the programs' options. It renders them with kubectl's kustomize where there is one. It never talks to a
 * cluster.
 */
@NullMarked
package io.ferrule.dist.kubernetes;

import org.jspecify.annotations.NullMarked;
