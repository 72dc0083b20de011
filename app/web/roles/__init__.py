"""The pages and the API of roles beyond those of any resource: the matrix of permissions, its history, comparison."""
