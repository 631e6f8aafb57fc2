// How an argument that is missing is asked for, wherever that is noticed.

export const hostIsMissing = "HOST is missing (hostname in MHA's configuration, e.g. db10)";
