; The window's installer for Windows. Built by release.py, which defines:
;   VERSION, FOUR (the version in four numbers), FOLDER (the program's folder, its version in it),
;   FILES (the list of files to put in, made by nsis.py), KILOBYTES, OUT, ICON, MARK ("" or
;   " (incomplete)"), QUICK where size does not matter, and SIGN (a command that signs the file
;   it is given) where there is one.
;
; Silent:  chuangkou-setup.exe /S [/LANG=zh_CN|en] [/CONFIG=C:\window.json] [/D=C:\Folder]
; Ends with 0 done, 2 it went wrong, 3 no such CONFIG, 4 a file is not what it should be,
; 5 the window is open, 6 a later version is installed, 7 Windows is too old.

Target amd64-unicode
!ifdef QUICK
SetCompressor zlib
!else
SetCompressor /SOLID lzma
SetCompressorDictSize 32
!endif
CRCCheck force
RequestExecutionLevel admin
ManifestDPIAware true
ManifestSupportedOS all
SetOverwrite on
ShowInstDetails nevershow
ShowUninstDetails nevershow

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include TextFunc.nsh
!include WordFunc.nsh
!include WinVer.nsh

!define KEY "Software\Chuangkou"
!define LISTED "Software\Microsoft\Windows\CurrentVersion\Uninstall\Chuangkou"
!define PATHS "Software\Microsoft\Windows\CurrentVersion\App Paths\chuangkou.exe"
!define KIND "Chuangkou.Invitation"
!define SUFFIX ".chuangkou"
!define CLASSES "Software\Classes"
!define OLDEST_BUILD 17763 ; Windows 10 1809: the oldest that Qt 6.11 names
!define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

Name "$(PRODUCT)"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\Chuangkou"
InstallDirRegKey HKLM "${KEY}" "InstallDir"
BrandingText "Chuangkou ${VERSION}${MARK}"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"
!insertmacro MUI_LANGUAGE "English"
!include "texts.nsh"

VIProductVersion "${FOUR}"
VIAddVersionKey /LANG=0 "ProductName" "Chuangkou 窗口通"
VIAddVersionKey /LANG=0 "FileDescription" "Chuangkou 窗口通 ${VERSION}${MARK}"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "LegalCopyright" "Chuangkou"

!ifdef SIGN
!uninstfinalize '${SIGN} "%1"'
!endif

Var Config      ; the file that /CONFIG= names, "" for none
Var OldFolder   ; where the version before lies, "" for none
Var OldVersion
Var Wrong       ; the first file that is not what the manifest says

; Tell what is wrong and end with a code; silent runs are told by the code alone.
!macro Refuse CODE TEXT
  MessageBox MB_OK|MB_ICONSTOP "${TEXT}" /SD IDOK
  SetErrorLevel ${CODE}
  Quit
!macroend

; Windows keeps what runs from being opened for writing.
!macro RefuseOpen FOLDER
  ${If} ${FileExists} "${FOLDER}\python\pythonw.exe"
    ClearErrors
    FileOpen $0 "${FOLDER}\python\pythonw.exe" a
    ${If} ${Errors}
      !insertmacro Refuse 5 "$(IS_OPEN)"
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

!macro ChooseLanguage
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/LANG=" $R1
  ${IfNot} ${Errors}
    StrCpy $LANGUAGE ${LANG_SIMPCHINESE}
    ${If} $R1 == "en"
      StrCpy $LANGUAGE ${LANG_ENGLISH}
    ${EndIf}
  ${EndIf}
!macroend

Function .onInit
  !insertmacro ChooseLanguage
  ${IfNot} ${AtLeastBuild} ${OLDEST_BUILD}
    !insertmacro Refuse 7 "$(TOO_OLD)"
  ${EndIf}
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/CONFIG=" $Config
  ${If} ${Errors}
    StrCpy $Config ""
  ${ElseIfNot} ${FileExists} "$Config"
    !insertmacro Refuse 3 "$(NO_CONFIG)"
  ${EndIf}
  ReadRegStr $OldFolder HKLM "${KEY}" "InstallDir"
  ReadRegStr $OldVersion HKLM "${KEY}" "Version"
  ${If} $OldVersion != ""
    ${VersionCompare} "$OldVersion" "${VERSION}" $R2
    ${If} $R2 == 1
      !insertmacro Refuse 6 "$(IS_LATER)"
    ${EndIf}
    !insertmacro RefuseOpen "$OldFolder\chuangkou-$OldVersion"
  ${EndIf}
FunctionEnd

; $Wrong becomes the first file below $INSTDIR\${FOLDER}.part that is not what its manifest says, or
; "" where all are. $R1 provider, $R2 place for a hash.
Function Verify
  StrCpy $Wrong ""
  System::Call 'bcrypt::BCryptOpenAlgorithmProvider(*p .R1, w "SHA256", p 0, i 0) i .r0'
  ${If} $0 != 0
    StrCpy $Wrong "SHA-256"
    Return
  ${EndIf}
  System::Alloc 32
  Pop $R2
  ClearErrors
  FileOpen $R3 "$INSTDIR\${FOLDER}.part\SHA256SUMS" r
  ${If} ${Errors}
    StrCpy $Wrong "SHA256SUMS"
    Return
  ${EndIf}
  StrCpy $R5 0
  ${Do}
    ClearErrors
    FileRead $R3 $R4
    ${If} ${Errors}
      ${ExitDo}
    ${EndIf}
    ${TrimNewLines} $R4 $R4
    StrCpy $1 $R4 64
    StrCpy $2 $R4 "" 66
    Call Hash
    ${If} $3 != $1
      StrCpy $Wrong $2
      ${ExitDo}
    ${EndIf}
    IntOp $R5 $R5 + 1
  ${Loop}
  FileClose $R3
  ${If} $R5 == 0
  ${AndIf} $Wrong == ""
    StrCpy $Wrong "SHA256SUMS"
  ${EndIf}
  System::Free $R2
  System::Call 'bcrypt::BCryptCloseAlgorithmProvider(p R1, i 0)'
FunctionEnd

; $3 becomes the SHA-256 of the file $2 in hexadecimal; "" where it cannot be read.
Function Hash
  StrCpy $3 ""
  System::Call 'kernel32::CreateFileW(w "$INSTDIR\${FOLDER}.part\$2", i 0x80000000, i 1, p 0, i 3, i 0, p 0) p .r4'
  ${If} $4 == -1
    Return
  ${EndIf}
  System::Call 'kernel32::GetFileSize(p r4, p 0) i .r5'
  ${If} $5 == 0
    StrCpy $3 "${EMPTY}"
  ${Else}
    System::Call 'kernel32::CreateFileMappingW(p r4, p 0, i 2, i 0, i 0, p 0) p .r6'
    System::Call 'kernel32::MapViewOfFile(p r6, i 4, i 0, i 0, p 0) p .r7'
    ${If} $7 != 0
      System::Call 'bcrypt::BCryptCreateHash(p R1, *p .r9, p 0, i 0, p 0, i 0, i 0) i .r0'
      System::Call 'bcrypt::BCryptHashData(p r9, p r7, i r5, i 0) i .r0'
      ${If} $0 == 0
        System::Call 'bcrypt::BCryptFinishHash(p r9, p R2, i 32, i 0) i .r0'
        ${If} $0 == 0
          ; 0x4000000C: hexadecimal without spaces and line ends
          System::Call 'crypt32::CryptBinaryToStringW(p R2, i 32, i 0x4000000C, w .r3, *i 1024) i .r0'
        ${EndIf}
      ${EndIf}
      System::Call 'bcrypt::BCryptDestroyHash(p r9)'
      System::Call 'kernel32::UnmapViewOfFile(p r7)'
    ${EndIf}
    System::Call 'kernel32::CloseHandle(p r6)'
  ${EndIf}
  System::Call 'kernel32::CloseHandle(p r4)'
FunctionEnd

; Explorer looks again at what opens which file: SHCNE_ASSOCCHANGED.
!macro TellKinds
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

; What lies beside the program's folder, of whichever version.
!macro DeleteTop FOLDER
  Delete "${FOLDER}\chuangkou.exe"
  Delete "${FOLDER}\chuangkou-doctor.cmd"
  Delete "${FOLDER}\chuangkou-sign.cmd"
  Delete "${FOLDER}\uninstall.exe"
!macroend

!macro DeleteShortcuts
  Delete "$DESKTOP\窗口通.lnk"
  Delete "$DESKTOP\Chuangkou.lnk"
  Delete "$SMPROGRAMS\窗口通.lnk"
  Delete "$SMPROGRAMS\Chuangkou.lnk"
!macroend

Section
  SetShellVarContext all
  CreateDirectory "$INSTDIR"
  GetFullPathName $0 "$INSTDIR" ; as it is told to the registry: without dots
  ${If} $0 != ""
    StrCpy $INSTDIR $0
  ${EndIf}
  ; The version before stays as it is until every file of this one has been verified.
  RMDir /r "$INSTDIR\${FOLDER}.part"
  ClearErrors
  !include "${FILES}"
  ${If} ${Errors}
    SetOutPath "$TEMP"
    RMDir /r "$INSTDIR\${FOLDER}.part"
    !insertmacro Refuse 2 "$(NOT_WRITTEN)"
  ${EndIf}
  SetOutPath "$TEMP" ; else the folder last written to is held
  Call Verify
  ${If} $Wrong != ""
    RMDir /r "$INSTDIR\${FOLDER}.part"
    RMDir "$INSTDIR"
    !insertmacro Refuse 4 "$(NOT_RIGHT)"
  ${EndIf}
  RMDir /r "$INSTDIR\${FOLDER}"
  ClearErrors
  Rename "$INSTDIR\${FOLDER}.part" "$INSTDIR\${FOLDER}"
  ${If} ${Errors}
    !insertmacro Refuse 2 "$(NOT_WRITTEN)"
  ${EndIf}

  ; The folder before may be this one, spelt otherwise.
  ${If} $OldFolder != ""
    FileOpen $0 "$INSTDIR\installing" w
    FileClose $0
    ${If} ${FileExists} "$OldFolder\installing"
      StrCpy $OldFolder $INSTDIR
    ${EndIf}
    Delete "$INSTDIR\installing"
  ${EndIf}

  ${If} $Config != ""
    CopyFiles /SILENT "$Config" "$INSTDIR\window.json"
  ${ElseIf} $OldFolder != ""
  ${AndIf} $OldFolder != $INSTDIR
  ${AndIf} ${FileExists} "$OldFolder\window.json"
    CopyFiles /SILENT "$OldFolder\window.json" "$INSTDIR\window.json"
  ${EndIf}

  ${If} $OldVersion != ""
    ${If} $OldFolder != $INSTDIR
      RMDir /r "$OldFolder\chuangkou-$OldVersion"
      !insertmacro DeleteTop "$OldFolder"
      Delete "$OldFolder\window.json"
      RMDir "$OldFolder"
    ${ElseIf} $OldVersion != "${VERSION}"
      RMDir /r "$INSTDIR\chuangkou-$OldVersion"
    ${EndIf}
  ${EndIf}
  SetOutPath "$INSTDIR" ; where the shortcuts start
  CopyFiles /SILENT "$INSTDIR\${FOLDER}\bin\*.*" "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  WriteRegStr HKLM "${KEY}" "InstallDir" "$INSTDIR"
  WriteRegStr HKLM "${KEY}" "Version" "${VERSION}"
  WriteRegStr HKLM "${KEY}" "Settings" "$INSTDIR\window.json"
  WriteRegStr HKLM "${PATHS}" "" "$INSTDIR\chuangkou.exe"
  WriteRegStr HKLM "${LISTED}" "DisplayName" "$(PRODUCT)${MARK}"
  WriteRegStr HKLM "${LISTED}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${LISTED}" "DisplayIcon" "$INSTDIR\chuangkou.exe"
  WriteRegStr HKLM "${LISTED}" "Publisher" "Chuangkou"
  WriteRegStr HKLM "${LISTED}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${LISTED}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${LISTED}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${LISTED}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD HKLM "${LISTED}" "NoModify" 1
  WriteRegDWORD HKLM "${LISTED}" "NoRepair" 1

  ; A double click on an administrator's invitation opens the window with it.
  WriteRegStr HKLM "${CLASSES}\${KIND}" "" "$(INVITATION)"
  WriteRegStr HKLM "${CLASSES}\${KIND}\DefaultIcon" "" "$INSTDIR\chuangkou.exe,0"
  WriteRegStr HKLM "${CLASSES}\${KIND}\shell\open\command" "" '"$INSTDIR\chuangkou.exe" "%1"'
  WriteRegStr HKLM "${CLASSES}\${SUFFIX}" "" "${KIND}"
  !insertmacro TellKinds

  !insertmacro DeleteShortcuts
  CreateShortcut "$DESKTOP\$(SHORT).lnk" "$INSTDIR\chuangkou.exe" "" "$INSTDIR\chuangkou.exe" 0
  CreateShortcut "$SMPROGRAMS\$(SHORT).lnk" "$INSTDIR\chuangkou.exe" "" "$INSTDIR\chuangkou.exe" 0
SectionEnd

Function un.onInit
  !insertmacro ChooseLanguage
  !insertmacro RefuseOpen "$INSTDIR\${FOLDER}"
FunctionEnd

; What people made lies in their own folders and stays.
Section "un.Program"
  SetShellVarContext all
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR\${FOLDER}"
  !insertmacro DeleteTop "$INSTDIR"
  Delete "$INSTDIR\window.json"
  RMDir "$INSTDIR"
  !insertmacro DeleteShortcuts
  DeleteRegKey HKLM "${CLASSES}\${KIND}"
  ReadRegStr $0 HKLM "${CLASSES}\${SUFFIX}" ""
  ${If} $0 == "${KIND}" ; another program's stays
    DeleteRegKey HKLM "${CLASSES}\${SUFFIX}"
  ${EndIf}
  !insertmacro TellKinds
  DeleteRegKey HKLM "${LISTED}"
  DeleteRegKey HKLM "${PATHS}"
  DeleteRegKey HKLM "${KEY}"
SectionEnd
