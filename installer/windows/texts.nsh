; Every sentence that the installer says of its own.

LangString PRODUCT ${LANG_SIMPCHINESE} "窗口通 ${VERSION}"
LangString PRODUCT ${LANG_ENGLISH} "Chuangkou ${VERSION}"
LangString SHORT ${LANG_SIMPCHINESE} "窗口通"
LangString SHORT ${LANG_ENGLISH} "Chuangkou"

LangString INVITATION ${LANG_SIMPCHINESE} "窗口通登记邀请"
LangString INVITATION ${LANG_ENGLISH} "Chuangkou invitation of a window"

LangString TOO_OLD ${LANG_SIMPCHINESE} "本机的 Windows 版本过旧，窗口通无法运行。请升级到 Windows 10 1809 或更高版本后再安装。（代码 7）"
LangString TOO_OLD ${LANG_ENGLISH} "This Windows is too old for Chuangkou to run. Update it to Windows 10 1809 or later, then install again. (Code 7)"

LangString NO_CONFIG ${LANG_SIMPCHINESE} "找不到 /CONFIG= 指定的设置文件：$Config。未安装任何内容。请核对路径后重试。（代码 3）"
LangString NO_CONFIG ${LANG_ENGLISH} "The settings file that /CONFIG= names is not there: $Config. Nothing was installed. Check the path and try again. (Code 3)"

LangString IS_LATER ${LANG_SIMPCHINESE} "本机已装有更高版本 $OldVersion。旧版本可能读不出现有数据，因此没有安装。确需退回，请先卸载现有版本；数据会保留。（代码 6）"
LangString IS_LATER ${LANG_ENGLISH} "A later version, $OldVersion, is installed. An older one might not read its data, so nothing was installed. To go back, uninstall that version first; the data stays. (Code 6)"

LangString IS_OPEN ${LANG_SIMPCHINESE} "窗口通正在运行，程序文件被占用。请所有用户先关闭窗口通，再重试。（代码 5）"
LangString IS_OPEN ${LANG_ENGLISH} "Chuangkou is running, so its files are held. Close it for every user, then try again. (Code 5)"

LangString NOT_WRITTEN ${LANG_SIMPCHINESE} "文件没有全部写入，可能是磁盘已满或权限不足。原有版本未改动。请腾出空间或以管理员身份重试。（代码 2）"
LangString NOT_WRITTEN ${LANG_ENGLISH} "Not every file could be written: the disk may be full, or you may lack the right. The version before was left alone. Make room, or try again as administrator. (Code 2)"

LangString NOT_RIGHT ${LANG_SIMPCHINESE} "文件校验不符：$Wrong。安装包可能已损坏或被改动，原有版本未改动。请重新获取安装包。（代码 4）"
LangString NOT_RIGHT ${LANG_ENGLISH} "A file is not what it should be: $Wrong. The installer may be damaged or tampered with; the version before was left alone. Fetch the installer again. (Code 4)"
