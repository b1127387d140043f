"""The command line `chuangkou-centre`, in both languages."""
