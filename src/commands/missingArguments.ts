// How an argument that is missing is asked for, wherever that is noticed.

export const confIsMissing = "-c FILE is missing (MHA's configuration, e.g. /etc/mha/test_cluster.conf)";
export const hostIsMissing = "HOST is missing (hostname in MHA's configuration, e.g. db10)";
